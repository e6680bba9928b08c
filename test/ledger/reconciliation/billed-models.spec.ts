import { BILLED_MODELS, billedModelOf } from '../../../src/ledger/reconciliation/bill/billed-models.ts';
import { ALL_MODELS } from '../../../src/models/table/model-table.ts';

describe('the models of the bill', () => {
  it('are those of the model table, each with its id, name and display name', () => {
    const names = BILLED_MODELS.flatMap(({ names: rows }) => Object.keys(rows));
    expect(names.sort()).toEqual(ALL_MODELS.map(({ name }) => name).sort());
    for (const { displayName, id, name } of ALL_MODELS) {
      expect([name, id, billedModelOf(id)]).toEqual([name, id, name]);
      expect([name, displayName, billedModelOf(displayName)]).toEqual([name, displayName, name]);
      expect([name, billedModelOf(name)]).toEqual([name, name]);
    }
  });

  it('have a source with a date', () => {
    for (const { source } of BILLED_MODELS) expect(source.date).toMatch(/^2026-\d\d-\d\d$/);
  });

  it.each([
    ['Claude4.6Sonnet', 'claude-sonnet-4-6'],
    ['Claude 4.6 Opus', 'claude-opus-4-6'],
    ['Claude 3 Haiku', 'claude-3-haiku'],
    ['us.anthropic.claude-opus-5-5', 'claude-opus-5-5'],
    ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['OpenAI GPT-6 Astra', 'gpt-6-astra'],
    ['Nova2.0Lite', 'nova-2-lite'],
    ['Llama4-Maverick-17B', 'llama4-maverick-17b-instruct'],
    ['Claude Sonnet 9', undefined],
    ['GPT-4.5', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('contain %s as %s', (name, model) => {
    expect(billedModelOf(name)).toBe(model);
  });
});
