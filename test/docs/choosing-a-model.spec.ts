import { readFileSync } from 'node:fs';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import type { ModelRules } from '../../src/models/types/model.ts';

const PAGE = readFileSync('docs/choosing-a-model.md', 'utf8');

/** Returns the column "Thinking" of a model. */
function thinkingOf({ thinking, reasoningField }: ModelRules): string {
  if (!thinking) return reasoningField ? 'on request' : 'none';
  if (!thinking.byDefault) return 'on request';
  return thinking.off === 'effort' ? 'always on' : 'on by default';
}

const FORCED_TOOL = { yes: 'yes', 'without-thinking': 'without thinking', never: 'no' } as const;

describe('the table of docs/choosing-a-model.md', () => {
  const rows = [...PAGE.matchAll(/^\| `([\w-]+)` \| ([\d,]+) \| ([\d,]+) \| (.+) \|$/gm)];

  it('has a row for each recommended model', () => {
    expect(rows.length).toBeGreaterThan(8);
  });

  it.each(rows.map(([, name, context, answer, rest]) => [name!, context!, answer!, rest!] as const))(
    '%s has the values of the model table',
    (name, context, answer, rest) => {
      const model = CHAT_MODELS.find((card) => card.name === name)!;
      const { rules, price } = model;
      const numbers = [rules.contextTokens, rules.maxOutputTokens].map((value) => value.toLocaleString('en-US'));
      expect([context, answer]).toEqual(numbers);
      expect(rest.split(' | ')).toEqual([
        price!.rates[0],
        price!.rates[1],
        thinkingOf(rules),
        FORCED_TOOL[rules.forcedToolChoice],
        rules.structuredOutput === 'native' ? 'yes' : 'no',
      ]);
    },
  );
});
