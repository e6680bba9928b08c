import { describe, expect, it } from '@jest/globals';
import { CLAUDE_3, CLAUDE_4_6_SONNET, CLAUDE_5_5_SONNET } from '../../models/rules/claude-rules.ts';
import type { ModelListing } from '../../models/model-registry.service.ts';
import type { Lifecycle, ModelRules } from '../../models/types/model.ts';
import { toAnthropicList, toAnthropicModel } from './anthropic-listing.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

function listing(id: string, lifecycle: Lifecycle = {}, rules: ModelRules = CLAUDE_3): ModelListing {
  const names = { name: id, displayName: `The ${id}`, provider: 'anthropic', id: `anthropic.${id}`, aliases: [] };
  const card = { ...names, prefixes: ['us'], onDemand: false, rules, lifecycle };
  return { id, card, requested: card };
}

describe("a model in Anthropic's format", () => {
  it('has limits, dates and lifecycle state', () => {
    const dates = { launched: '2025-09-29', legacy: '2026-10-08', endOfLife: '2027-04-08' };
    const model = toAnthropicModel(listing('m', dates, CLAUDE_4_6_SONNET), NOW);
    expect(model).toMatchObject({
      type: 'model',
      id: 'm',
      display_name: 'The m',
      created_at: '2025-09-29T00:00:00Z',
      max_input_tokens: 1_000_000,
      max_tokens: 64_000,
      lifecycle: 'deprecated',
      deprecated_at: '2026-10-08T00:00:00Z',
      retires_at: '2027-04-08T00:00:00Z',
    });
  });

  it('has the dates of the requested model if a successor answers', () => {
    const requested = listing('old', { launched: '2024-03-13', endOfLife: '2026-09-10' }).requested;
    const model = toAnthropicModel({ ...listing('old', {}, CLAUDE_4_6_SONNET), requested }, NOW);
    expect(model).toMatchObject({ lifecycle: 'retired', retires_at: '2026-09-10T00:00:00Z', max_tokens: 64_000 });
  });

  it.each([
    [{}, 'active'],
    [{ legacy: '2026-11-23', endOfLife: '2027-05-23' }, 'active'],
    [{ legacy: '2026-11-22', endOfLife: '2027-05-23' }, 'deprecated'],
    [{ endOfLife: '2026-11-21' }, 'retired'],
  ] as const)('%j is %s', (lifecycle, expected) => {
    expect(toAnthropicModel(listing('m', lifecycle), NOW).lifecycle).toBe(expected);
  });

  it('has thinking capabilities', () => {
    const typesOf = (rules: ModelRules) => {
      const { types } = toAnthropicModel(listing('m', {}, rules), NOW).capabilities.thinking;
      return Object.entries(types)
        .filter(([, { supported }]) => supported)
        .map(([type]) => type)
        .toSorted();
    };
    expect(typesOf(CLAUDE_3)).toEqual(['disabled']);
    expect(typesOf(CLAUDE_4_6_SONNET)).toEqual(['adaptive', 'disabled', 'enabled']);
    expect(typesOf(CLAUDE_5_5_SONNET)).toEqual(['adaptive', 'between_tools']);
  });

  it('has effort capabilities', () => {
    const { effort } = toAnthropicModel(listing('m', {}, CLAUDE_4_6_SONNET), NOW).capabilities;
    expect(effort).toMatchObject({ supported: true, max: { supported: true }, xhigh: { supported: false } });
    expect(toAnthropicModel(listing('m'), NOW).capabilities.effort.supported).toBe(false);
  });
});

describe("pages in Anthropic's format", () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((id) => listing(id));

  it.each([
    [{}, ['a', 'b', 'c', 'd', 'e'], false],
    [{ limit: '2' }, ['a', 'b'], true],
    [{ limit: '2', after_id: 'b' }, ['c', 'd'], true],
    [{ limit: '2', after_id: 'c' }, ['d', 'e'], false],
    [{ limit: '2', after_id: 'e' }, [], false],
    [{ limit: '2', before_id: 'd' }, ['b', 'c'], true],
    [{ limit: '3', before_id: 'd' }, ['a', 'b', 'c'], false],
    [{ limit: '1000', before_id: 'b' }, ['a'], false],
  ])('%j', (query, ids, hasMore) => {
    const page = toAnthropicList(five, query, NOW);
    expect(page.data.map(({ id }) => id)).toEqual(ids);
    expect(page.has_more).toBe(hasMore);
    expect([page.first_id, page.last_id]).toEqual([ids[0] ?? null, ids.at(-1) ?? null]);
  });

  it('have twenty models by default', () => {
    const many = Array.from({ length: 21 }, (_, index) => listing(`m${index}`));
    const page = toAnthropicList(many, {}, NOW);
    expect([page.data.length, page.has_more]).toEqual([20, true]);
  });

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '1001' }, 'limit'],
    [{ limit: '-1' }, 'limit'],
    [{ limit: 'ten' }, 'limit'],
    [{ limit: ['1', '2'] }, 'limit'],
    [{ after_id: 'z' }, 'after_id'],
    [{ before_id: 'z' }, 'before_id'],
    [{ after_id: 'a', before_id: 'c' }, 'before_id'],
  ])('%j is rejected', (query, param) => {
    expect(() => toAnthropicList(five, query, NOW)).toThrow(expect.objectContaining({ status: 400, param }));
  });
});
