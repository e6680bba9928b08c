import { describe, expect, it } from '@jest/globals';
import { CLAUDE_2, CLAUDE_4_6_SONNET, CLAUDE_5_5 } from '../../models/rules/claude-rules.ts';
import type { ModelListing } from '../../models/model-registry.service.ts';
import { ALL_MODELS } from '../../models/table/model-table.ts';
import type { Lifecycle, ModelRules } from '../../models/types/model.ts';
import { toOpenAIList, toOpenAIModel } from './openai-listing.ts';

const NOW = new Date('2026-11-22T12:00:00Z');

function listing(id: string, lifecycle: Lifecycle = {}, rules: ModelRules = CLAUDE_4_6_SONNET): ModelListing {
  const names = { name: id, displayName: `The ${id}`, provider: 'anthropic', id: `anthropic.${id}`, aliases: [] };
  const card = { ...names, prefixes: ['us'], onDemand: false, rules, lifecycle };
  return { id, card, requested: card };
}

describe("a model in OpenAI's format", () => {
  it('has launch time, owner, dates and features', () => {
    const lifecycle = { launched: '2025-09-29', legacy: '2026-10-08', endOfLife: '2027-04-08' };
    expect(toOpenAIModel(listing('m', lifecycle), NOW)).toEqual({
      id: 'm',
      object: 'model',
      // date -ud 2025-09-29 +%s
      created: 1_759_104_000,
      owned_by: 'anthropic',
      answered_by: 'm',
      state: 'legacy',
      shutdown_date: '2027-04-08',
      shutdown_not_before: null,
      context_window: 1_000_000,
      max_output_tokens: 64_000,
      modalities: { input: ['text', 'image', 'file'], output: ['text'] },
      features: expect.arrayContaining(['tools', 'reasoning', 'prompt_caching', 'sampling', 'stop_sequences']),
    });
  });

  it('has the dates of the requested model, and the limits and features of the model that answers', () => {
    const { requested } = listing('claude-2', { endOfLife: '2025-07-21' }, CLAUDE_2);
    expect(toOpenAIModel({ ...listing('new', {}, CLAUDE_5_5), id: 'claude-2', requested }, NOW)).toMatchObject({
      id: 'claude-2',
      answered_by: 'new',
      state: 'retired',
      shutdown_date: '2025-07-21',
      max_output_tokens: 128_000,
    });
  });

  it('has the features of its rules', () => {
    expect(toOpenAIModel(listing('m', {}, CLAUDE_2), NOW).features).toEqual(['prefill', 'sampling', 'stop_sequences']);
    const { features } = toOpenAIModel(listing('m', {}, CLAUDE_5_5), NOW);
    expect(features).not.toContain('sampling');
    expect(features).not.toContain('forced_tool_choice');
  });

  it('lists embedding models with their output modality', () => {
    const card = ALL_MODELS.find(({ name }) => name === 'titan-embed-text-v2')!;
    expect(toOpenAIModel({ id: card.name, card, requested: card }, NOW)).toMatchObject({
      modalities: { input: ['text'], output: ['embedding'] },
      features: [],
      max_output_tokens: 0,
    });
  });

  it('has 0 for an unknown launch, and the day before which it does not end', () => {
    const model = toOpenAIModel(listing('m', { endNotBefore: '2027-09-22' }), NOW);
    expect(model).toMatchObject({
      created: 0,
      shutdown_date: null,
      shutdown_not_before: '2027-09-22',
      state: 'active',
    });
  });

  it('is in a list without pages', () => {
    expect(toOpenAIList([listing('a'), listing('b')], NOW)).toMatchObject({
      object: 'list',
      data: [{ id: 'a' }, { id: 'b' }],
    });
  });
});
