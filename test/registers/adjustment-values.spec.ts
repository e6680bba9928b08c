import { globSync, readFileSync } from 'node:fs';
import { ADJUSTMENT_VALUES } from '../../src/wire/adjustments/adjustment-values.ts';
import { formerAdjustment, withFormerAdjustments } from '../../src/wire/adjustments/former-adjustments.ts';

const sources = globSync('src/**/*.ts')
  .filter((file) => !file.endsWith('.spec.ts') && !file.startsWith('src/wire/adjustments/'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const values = Object.keys(ADJUSTMENT_VALUES);

/** What the code may write besides the values of the register: what the model receives instead. */
const REPLACEMENTS = ['prompt', 'tool'];
/** Placeholders of descriptions, such as `field=change` and `target=code`. */
const PLACEHOLDERS = ['what', 'value', 'code', 'change', 'error_code'];

describe('the register of adjustments', () => {
  it.each(values)('has %s, which the code emits', (value) => {
    const [before = '', after = ''] = value.replaceAll(/\{.*\}/g, '|').split('|');
    const pattern = value.includes('{')
      ? new RegExp(`\`${before}\\$\\{[^}]+\\}${after}\``)
      : new RegExp(`['=]${value}['\`]`);
    expect(sources).toMatch(pattern);
  });

  it('has every value that the code writes out with its field', () => {
    const literals = [...sources.matchAll(/['`](?:[a-z_]+(?:\.[a-z_]+)*|\$\{\w+\})=([a-z_]+)['`]/g)].map(
      ([, value]) => value!,
    );
    expect(literals.length).toBeGreaterThan(5);
    expect(literals.filter((value) => ![...PLACEHOLDERS, ...values, ...REPLACEMENTS].includes(value))).toEqual([]);
  });

  it('has every value of the golden files', () => {
    const texts = globSync('test/fixtures/**/*.json').map((file) => readFileSync(file, 'utf8'));
    const adjusted = texts.flatMap((text) => [...text.matchAll(/"adjusted": \[([^\]]*)\]/g)].map(([, list]) => list!));
    const found = adjusted.flatMap((list) => [...list.matchAll(/=([a-z][\w]*)"/g)].map(([, value]) => value!));
    const known = (value: string) =>
      values.includes(value) ||
      REPLACEMENTS.includes(value) ||
      /^effort_|^(minimal|low|medium|high|xhigh|max|txt)$/.test(value);
    expect(found.filter((value) => !known(value))).toEqual([]);
  });
});

describe('former spellings of adjustments', () => {
  it.each([
    ['tool_calls=converted_to_text', 'tool_calls=told_as_text'],
    ['tool_results.without_call=converted_to_text', 'tool_results.without_call=text'],
    ['tool_results.other_content=moved_to_own_turn', 'tool_results.beside=own_turn'],
    ['tool_results.order=reordered', 'tool_results.order=moved'],
    ['response_format/properties/a=simplified', 'response_format/properties/a=lowered'],
    ['file.filename=renamed', 'file.filename=safe_name'],
    ['tools.name=renamed', undefined],
    ['temperature=1', undefined],
    ['temperature=dropped', undefined],
    ['a=constructor', undefined],
  ])('%s was %s', (entry, former) => {
    expect(formerAdjustment(entry)).toBe(former);
  });

  it('follow the present ones', () => {
    expect(withFormerAdjustments(['metadata=characters_replaced', 'top_p=dropped', 'tool_choice=instruction'])).toEqual(
      [
        'metadata=characters_replaced',
        'top_p=dropped',
        'tool_choice=instruction',
        'metadata=sanitized',
        'tool_choice=hint',
      ],
    );
  });
});
