import { describe, expect, it } from '@jest/globals';

import { CLAUDE_3_5_SONNET, CLAUDE_4_5 } from '../../models/rules/claude-rules.ts';
import { NOVA } from '../../models/rules/family-rules.ts';
import { Adjustments } from '../adjustments.ts';
import type { ConverseMessage, DocumentBlock } from '../../wire/converse.ts';
import { DEFAULT_POLICY } from '../policy.ts';
import { type PdfSituation, withPdfPages } from './pdf-pages.ts';

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

function plan(given: readonly ConverseMessage[], situation: Partial<PdfSituation> = {}) {
  const adjustments = new Adjustments();
  const fit = withPdfPages(given, { rules: CLAUDE_4_5, policy: DEFAULT_POLICY, ...situation }, adjustments);
  return { cited: JSON.stringify(fit).split('"citations":{"enabled":true}').length - 1, told: adjustments.list(), fit };
}

const expected = (way: 'native' | 'tool' | 'prompt') => ({ expected: { field: 'a', param: 'a', way } });
const TEXT_ONLY = ['file.pages=text_only'];

describe('the pages of PDFs', () => {
  it('are seen with citations, also in results of tools', () => {
    const { cited, told, fit } = plan(turns(PDF, PDF));
    expect([cited, told]).toEqual([2, []]);
    expect(fit[0]?.content?.at(-1)).toEqual({ cachePoint: { type: 'default' } });
  });

  it.each<[string, ConverseMessage[], Partial<PdfSituation>, string[]]>([
    ['beside another document', turns(PDF, TXT), {}, TEXT_ONLY],
    ['beside JSON by the model’s grammar', turns(PDF), expected('native'), TEXT_ONLY],
    ['beside JSON as text', turns(PDF), expected('prompt'), TEXT_ONLY],
    ['after a refusal', turns(PDF), { history: { pdfPages: 'refused' } }, TEXT_ONLY],
    ['where the settings want text', turns(PDF), { policy: { media: { pdf: 'text' } } }, []],
    ['on Claude without citations', turns(PDF), { rules: CLAUDE_3_5_SONNET }, []],
    ['on other models', turns(PDF), { rules: NOVA }, []],
    ['without a PDF', turns(TXT, TXT), {}, []],
    ['without a document', turns(), {}, []],
  ])('are not seen %s', (_what, given, situation, told) => {
    expect(plan(given, situation)).toEqual({ cited: 0, told, fit: given });
  });

  it('are seen where the JSON is the input of a tool', () => {
    expect(plan(turns(PDF), expected('tool')).cited).toBe(1);
  });
});
