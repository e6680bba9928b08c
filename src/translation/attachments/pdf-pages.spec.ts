import { describe, expect, it } from '@jest/globals';

import { CLAUDE_3_5_SONNET, CLAUDE_4_5 } from '../../models/rules/claude-rules.ts';
import { NOVA } from '../../models/rules/family-rules.ts';
import { Adjustments } from '../adjustments.ts';
import type { ConverseMessage, DocumentBlock } from '../../wire/converse.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { type PdfPagesOptions, withPdfPages } from './pdf-pages.ts';

const PDF: DocumentBlock = { format: 'pdf', name: 'a', source: { bytes: 'JVBERi0=' } };
const TXT: DocumentBlock = { format: 'txt', name: 'b', source: { bytes: 'YQ==' } };

function turns(...documents: DocumentBlock[]): ConverseMessage[] {
  const [inside, ...beside] = documents;
  return [
    {
      role: 'user',
      content: [...beside.map((document) => ({ document })), { text: 'Read.' }, { cachePoint: { type: 'default' } }],
    },
    { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name: 'read', input: {} } }] },
    { role: 'user', content: [{ toolResult: { toolUseId: 'a', content: inside ? [{ document: inside }] : [] } }] },
  ];
}

function convert(conversation: readonly ConverseMessage[], situation: Partial<PdfPagesOptions> = {}) {
  const adjustments = new Adjustments();
  const fit = withPdfPages(conversation, { rules: CLAUDE_4_5, policy: DEFAULT_POLICY, ...situation }, adjustments);
  return {
    cited: JSON.stringify(fit).split('"citations":{"enabled":true}').length - 1,
    adjusted: adjustments.list(),
    fit,
  };
}

const expected = (format: 'native' | 'tool' | 'prompt') => ({ expected: { field: 'a', param: 'a', format } });
const TEXT_ONLY = ['file.pages=text_only'];

describe('the pages of PDFs', () => {
  it('are passed with citations, also in tool results', () => {
    const { cited, adjusted, fit } = convert(turns(PDF, PDF));
    expect([cited, adjusted]).toEqual([2, []]);
    expect(fit[0]?.content?.at(-1)).toEqual({ cachePoint: { type: 'default' } });
  });

  it.each<[string, ConverseMessage[], Partial<PdfPagesOptions>, string[]]>([
    ['together with another document', turns(PDF, TXT), {}, TEXT_ONLY],
    ['with JSON output by the model’s grammar', turns(PDF), expected('native'), TEXT_ONLY],
    ['with JSON output as text', turns(PDF), expected('prompt'), TEXT_ONLY],
    ['after a rejection by Bedrock', turns(PDF), { history: { pdfPages: 'rejected' } }, TEXT_ONLY],
    ['if the settings require text', turns(PDF), { policy: { media: { pdf: 'text' } } }, []],
    ['to Claude models without citations', turns(PDF), { rules: CLAUDE_3_5_SONNET }, []],
    ['to other models', turns(PDF), { rules: NOVA }, []],
    ['without a PDF', turns(TXT, TXT), {}, []],
    ['without any document', turns(), {}, []],
  ])('are not passed %s', (_what, conversation, situation, adjusted) => {
    expect(convert(conversation, situation)).toEqual({ cited: 0, adjusted, fit: conversation });
  });

  it('are passed if the JSON is the input of a tool', () => {
    expect(convert(turns(PDF), expected('tool')).cited).toBe(1);
  });
});
