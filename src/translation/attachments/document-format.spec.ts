import { describe, expect, it } from '@jest/globals';

import { OLE, PDF, png, zip } from '../../../test/support/media-files.ts';
import { detectDocumentFormat } from './document-format.ts';

const TEXT = Buffer.from('a,b\n1,2\n');
const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('the format of a file', () => {
  it.each([
    ['pdf', PDF, { filename: 'a.pdf' }],
    ['pdf', PDF, { filename: 'a.txt' }],
    ['pdf', PDF, {}],
    ['pdf', Buffer.concat([Buffer.from('\n'.repeat(900)), PDF]), {}],
    ['docx', zip('word/document.xml'), { filename: 'A.DOCX' }],
    ['docx', zip('word/document.xml'), { type: DOCX_TYPE }],
    ['xlsx', zip('xl/workbook.xml'), { filename: 'a.xlsx' }],
    ['doc', OLE, { filename: 'a.doc' }],
    ['xls', OLE, { type: 'application/vnd.ms-excel' }],
    // Browsers on Windows declare this type.
    ['csv', TEXT, { filename: 'a.csv', type: 'application/vnd.ms-excel' }],
    ['csv', TEXT, { type: 'text/csv' }],
    ['md', TEXT, { filename: 'README.md' }],
    ['html', TEXT, { filename: 'a.b.htm' }],
    ['txt', TEXT, { filename: 'a.txt' }],
    ['txt', TEXT, { filename: 'main.py' }],
    ['txt', TEXT, { filename: 'notes.constructor', type: 'toString' }],
    ['txt', TEXT, { filename: 'Makefile', type: 'application/octet-stream' }],
    ['txt', Buffer.from('Grüße'), {}],
  ])('is %s', (format, bytes, declared) => {
    expect(detectDocumentFormat(bytes.toString('base64'), declared)).toBe(format);
  });

  it.each([
    ['text named as PDF', TEXT, { filename: 'a.pdf' }],
    ['text named as DOCX', TEXT, { filename: 'a.docx' }],
    ['an old or encrypted DOCX', OLE, { filename: 'a.docx' }],
    ['a DOCX named as DOC', zip('word/document.xml'), { filename: 'a.doc' }],
    ['an archive', zip('a.txt'), { filename: 'a.zip' }],
    ['an archive without a name', zip('word/document.xml'), {}],
    ['a presentation', zip('ppt/presentation.xml'), { filename: 'a.pptx' }],
    ['an image', png(), { filename: 'a.png' }],
    ['binary data named as text', Buffer.from([1, 2, 3, 0]), { filename: 'a.txt' }],
    ['text in UTF-16', Buffer.from('a,b', 'utf16le'), { filename: 'a.csv' }],
  ])('is undefined for %s', (_what, bytes, declared) => {
    expect(detectDocumentFormat(bytes.toString('base64'), declared)).toBeUndefined();
  });
});
