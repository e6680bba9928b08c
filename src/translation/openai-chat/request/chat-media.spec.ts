import { describe, expect, it } from '@jest/globals';

import { dataUrl, gif, jpeg, OLE, PDF, png, WAV, webp, zip } from '../../../../test/support/media-files.ts';
import { cardOf, contextOf } from '../../../../test/support/model-cards.ts';
import type { ModelRules } from '../../../models/types/model.ts';
import { Attachments } from '../../attachments/attachments.ts';
import { Adjustments } from '../../adjustments.ts';
import { readMediaPart, type MediaPart } from './chat-media.ts';
import { chatMediaReferences } from './chat-media-references.ts';
import { chatRequest } from './chat-request.ts';
import type { ChatRequest } from '../chat-request.types.ts';

const PNG = png().toString('base64');
const URL = 'https://images.test/a.png';

const image = (url: unknown, more: object = {}) => ({ type: 'image_url', image_url: { url, ...more } });
const file = (bytes: Buffer, filename?: string, type?: string) => ({
  type: 'file',
  file: { file_data: type === undefined ? bytes.toString('base64') : dataUrl(bytes, type), filename },
});
const audio = (format: unknown, data: unknown = WAV.toString('base64')) => ({
  type: 'input_audio',
  input_audio: { data, format },
});
const text = (content: string) => ({ type: 'text', text: content });
const user = (...content: object[]) => ({ role: 'user', content });

/** Translates messages for Claude 3.7 with changed rules. */
function translate(messages: object[], rules: Partial<ModelRules> = {}, fetched?: ReadonlyMap<string, string>) {
  const card = cardOf('claude-3-7-sonnet');
  const model = { ...card, rules: { ...card.rules, ...rules } };
  const request = { model: 'any', messages } as unknown as ChatRequest;
  return chatRequest(request, contextOf('claude-3-7-sonnet', { model, fetchedMedia: fetched }));
}

function turns(...messages: object[]) {
  return translate(messages).inputs[0]?.messages;
}

describe('images', () => {
  it.each([
    ['png', png()],
    ['jpeg', jpeg()],
    ['gif', gif()],
    ['webp', webp('VP8X')],
  ])('are sent as %s if their bytes have this format, whatever the declared type', (format, bytes) => {
    const blocks = [{ image: { format, source: { bytes: bytes.toString('base64') } } }, { text: 'What is it?' }];
    const parts = [image(dataUrl(bytes, 'image/bmp')), text('What is it?')];
    expect(turns(user(...parts))).toEqual([{ role: 'user', content: blocks }]);
  });

  it('are sent as the same base64 string if it is valid, and repaired otherwise', () => {
    const sent = `data:image/png;charset=utf-8;base64,${PNG.replaceAll(/.{30}/g, '$&\n')}`;
    const block = { image: { format: 'png', source: { bytes: PNG } } };
    expect(turns(user(image(`DATA:image/png;BASE64,${PNG}`)))?.[0]?.content).toEqual([block]);
    expect(turns(user(image(sent)))?.[0]?.content).toEqual([block]);
  });

  it('have a detail that is reported if it asks for less than the whole image', () => {
    const details = [undefined, null, 'auto', 'high', 'original', 'low'];
    const adjusted = details.map((detail) => translate([user(image(dataUrl(png()), { detail }))]).adjusted);
    expect(adjusted).toEqual([[], [], [], [], [], ['image_url.detail=ignored']]);
  });

  it('by URL are sent as fetched', () => {
    const { inputs } = translate([user(image(URL))], {}, new Map([[URL, PNG]]));
    expect(inputs[0]?.messages?.[0]?.content).toEqual([{ image: { format: 'png', source: { bytes: PNG } } }]);
  });

  it('are also supported in tool results', () => {
    const attachments = new Attachments(cardOf('claude-3-7-sonnet'), new Adjustments());
    const part = image(dataUrl(png())) as MediaPart;
    const content = [readMediaPart(part, attachments, 'messages[1].content[0]')] as { image: never }[];
    expect(content).toEqual([{ image: { format: 'png', source: { bytes: PNG } } }]);
    const results = Array.from({ length: 21 }, (_, index) => ({
      toolResult: {
        toolUseId: `call-${index}`,
        content: [readMediaPart(part, attachments, `messages[${index}].content[0]`)] as { image: never }[],
      },
    }));
    expect(() => attachments.fit([{ role: 'user', content: results }])).toThrow(
      expect.objectContaining({ param: 'messages[20].content[0].image_url.url' }),
    );
  });
});

describe('documents', () => {
  it('have a format, a safe name and a text block beside them', () => {
    const { inputs, adjusted } = translate([user(file(PDF, 'Q3 report.pdf'))]);
    expect(inputs[0]?.messages?.[0]?.content).toEqual([
      { document: { format: 'pdf', name: 'Q3 report', source: { bytes: PDF.toString('base64') } } },
      { text: 'See the attached document.' },
    ]);
    expect(adjusted).toEqual(['file=text_block_added']);
  });

  it('need no added text if the user sends text', () => {
    expect(translate([user(file(PDF, 'a.pdf')), user(text('What is it?'))]).adjusted).toEqual([]);
    expect(translate([user(file(PDF, 'a.pdf'), text(' '))]).adjusted).toEqual(['file=text_block_added']);
  });

  it('are sent as data URI or base64, with or without a name', () => {
    const parts = [
      file(PDF, undefined, 'application/pdf'),
      file(zip('xl/workbook.xml'), 'a.xlsx', 'application/octet-stream'),
      file(OLE, 'a.doc'),
      file(Buffer.from('# Title'), 'notes/a.md'),
      file(Buffer.from('print(1)'), 'main.py'),
    ];
    const { inputs, adjusted } = translate([user(...parts, text('Read them.'))]);
    const documents = inputs[0]?.messages?.[0]?.content?.flatMap(({ document }) => document ?? []);
    expect(documents?.map(({ format, name }) => `${name}: ${format}`)).toEqual([
      'document: pdf',
      'a: xlsx',
      'a (2): doc',
      'notes a: md',
      'main: txt',
    ]);
    expect(adjusted).toEqual(['file.filename=renamed', 'file.format=txt']);
    expect(translate([user(file(Buffer.from('a'), 'a.py'))]).adjusted).toEqual([
      'file.format=txt',
      'file=text_block_added',
    ]);
    expect(translate([user(file(Buffer.from('a'), 'LICENSE', 'text/plain'), text('Hi'))]).adjusted).toEqual([]);
  });
});

describe('audio', () => {
  it('is sent to models that support it', () => {
    const { inputs } = translate([user(audio('wav'), text('What is said?'))], { audio: true });
    expect(inputs[0]?.messages?.[0]?.content).toEqual([
      { audio: { format: 'wav', source: { bytes: WAV.toString('base64') } } },
      { text: 'What is said?' },
    ]);
  });
});

const large = (bytes: number) => png({ ballast: bytes });
const PART = 'messages[0].content[0]';

describe('media that Bedrock would reject', () => {
  it.each<[param: string, messagePart: string, part: object]>([
    [`${PART}.image_url`, 'Missing required parameter', { type: 'image_url' }],
    [`${PART}.image_url`, 'object', { type: 'image_url', image_url: URL }],
    [`${PART}.image_url.url`, 'Missing required parameter', image(undefined)],
    [`${PART}.image_url.url`, 'string', image(7)],
    [`${PART}.image_url.url`, 'data: URL', image('')],
    [`${PART}.image_url.url`, 'data: URL', image('http://images.test/a.png')],
    [`${PART}.image_url.url`, 'data: URL', image('s3://bucket/a.png')],
    [`${PART}.image_url.url`, 'data: URL', image('/etc/passwd')],
    [`${PART}.image_url.url`, 'did not fetch', image(URL)],
    [`${PART}.image_url.url`, 'must hold base64', image('data:image/svg+xml,%3Csvg%3E')],
    [`${PART}.image_url.url`, 'must hold base64', image('data:')],
    [`${PART}.image_url.url`, 'expected base64', image('data:image/png;base64,iVBO!')],
    [`${PART}.image_url.url`, 'empty string', image('data:image/png;base64,')],
    [`${PART}.image_url.url`, 'PNG, JPEG, GIF or WebP', image(dataUrl(PDF, 'image/png'))],
    [`${PART}.image_url.url`, '3.75 MB', image(dataUrl(large(3_932_160)))],
    [`${PART}.image_url.url`, '8001 x 1', image(dataUrl(png({ width: 8_001 })))],
    [`${PART}.image_url.url`, '1 x 8001', image(dataUrl(jpeg({ height: 8_001 })))],
    [`${PART}.file`, 'Missing required parameter', { type: 'file' }],
    [`${PART}.file.file_id`, 'stores no files', { type: 'file', file: { file_id: 'file-1' } }],
    [`${PART}.file.file_data`, 'Missing required parameter', { type: 'file', file: {} }],
    [`${PART}.file.filename`, 'string', { type: 'file', file: { file_data: 'AAAA', filename: 7 } }],
    [`${PART}.file.file_data`, 'expected base64', { type: 'file', file: { file_data: 'https://files.test/a.pdf' } }],
    [`${PART}.file.file_data`, 'empty string', file(Buffer.alloc(0), 'a.pdf')],
    [`${PART}.file.file_data`, 'must match its filename', file(zip('ppt/presentation.xml'), 'a.pptx')],
    [`${PART}.file.file_data`, 'image_url part', file(png(), 'a.png')],
    [`${PART}.file.file_data`, '4.5 MB', file(Buffer.concat([PDF, Buffer.alloc(4_718_592)]), 'a.pdf')],
    [`${PART}.type`, 'claude-3-7-sonnet does not accept audio', audio('wav')],
    [`${PART}.type`, "'text', 'image_url'", { type: 'video_url' }],
  ])('are a 400 with param %s: %s', (param, messagePart, part) => {
    expect(() => turns(user(part, text('Hi')))).toThrow(
      expect.objectContaining({ status: 400, param, message: expect.stringContaining(messagePart) }),
    );
  });

  it.each<[param: string, rules: Partial<ModelRules>, part: object]>([
    [`${PART}.type`, { vision: false }, image(dataUrl(png()))],
    [`${PART}.type`, { vision: false }, image(URL)],
    [`${PART}.type`, { documents: false }, file(PDF, 'a.pdf')],
    [`${PART}.input_audio`, { audio: true }, { type: 'input_audio' }],
    [`${PART}.input_audio.data`, { audio: true }, audio('wav', null)],
    [`${PART}.input_audio.data`, { audio: true }, audio('wav', '!')],
    [`${PART}.input_audio.format`, { audio: true }, audio('midi')],
    [`${PART}.input_audio.format`, { audio: true }, audio(undefined)],
  ])('are a 400 with param %s for a model with %j', (param, rules, part) => {
    expect(() => translate([user(part, text('Hi'))], rules)).toThrow(expect.objectContaining({ status: 400, param }));
  });

  it.each([
    ['an image', image(dataUrl(png())), { vision: false }],
    ['an image by URL', image(URL), { vision: false }],
    ['a document', file(PDF, 'a.pdf'), { documents: false }],
  ])('become text in the history, where they are not rejected: %s', (_case, part, rules) => {
    const history = [user(text('Hi'), part), { role: 'assistant', content: 'Hello' }, user(text('And now?'))];
    const [first] = translate(history, rules).inputs[0]!.messages!;
    expect(first!.content).toEqual([{ text: 'Hi' }, { text: expect.stringContaining('not shown') }]);
  });

  it.each(['system', 'developer', 'assistant'])('are images, files and audio in messages with the role %s', (role) => {
    for (const part of [image(dataUrl(png())), file(PDF, 'a.pdf'), audio('wav')]) {
      expect(() => turns(user(text('Hi')), { role, content: [part] }, user(text('Hi')))).toThrow(
        expect.objectContaining({ status: 400, param: 'messages[1].content[0].type' }),
      );
    }
  });

  it('are more than 20 images or 5 documents in a turn, also if the turn spans several messages', () => {
    const images = Array.from({ length: 11 }, () => image(dataUrl(png())));
    expect(() => turns(user(...images), user(...images))).toThrow(
      expect.objectContaining({ status: 400, param: 'messages[1].content[9].image_url.url' }),
    );
    expect(() => turns(user(...images), { role: 'assistant', content: 'a' }, user(...images))).not.toThrow();
    const files = Array.from({ length: 6 }, () => file(PDF, 'a.pdf'));
    expect(() => turns(user(text('Hi'), ...files))).toThrow(
      expect.objectContaining({ status: 400, param: 'messages[0].content[6].file.file_data' }),
    );
  });
});

describe('chatMediaReferences', () => {
  const { rules, ...card } = cardOf('claude-3-7-sonnet');

  it('returns the https images of users and tools, with their paths', () => {
    const messages = [
      null,
      'Hi',
      { role: 'system', content: [image(URL)] },
      user(text('Hi'), image(URL), image(dataUrl(png())), image('http://images.test/a.png'), image(7)),
      { role: 'user', content: 'Hi' },
      { role: 'user', content: [null, 'Hi', { type: 'image_url' }, { type: 'image_url', image_url: null }] },
      { role: 'assistant', content: [image(URL)] },
      { role: 'tool', tool_call_id: 'a', content: [image('HTTPS://images.test/b.png')] },
    ];
    expect(chatMediaReferences(messages, { ...card, rules })).toEqual([
      { url: URL, param: 'messages[3].content[1].image_url.url', maxBytes: 3_932_160 },
      { url: 'HTTPS://images.test/b.png', param: 'messages[7].content[0].image_url.url', maxBytes: 3_932_160 },
    ]);
  });

  it('returns nothing for a model without vision', () => {
    expect(chatMediaReferences([user(image(URL))], { ...card, rules: { ...rules, vision: false } })).toEqual([]);
  });
});
