import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MODELS } from '../../emulator/models.ts';
import { checkMessages } from '../../emulator/rules/check-messages.ts';
import { GatewayError } from '../../src/errors/errors.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { toInvokeBody } from '../../src/translation/anthropic/invoke-model/request/invoke-body.ts';
import { estimateMessages } from '../../src/translation/anthropic/messages-estimate.ts';
import type { MessagesRequest } from '../../src/translation/anthropic/types.ts';
import { garbage } from '../support/arbitrary-requests.ts';
import { propertyRuns } from '../support/property-runs.ts';

/**
 * Requests that Anthropic's API accepts for a generation are accepted by Bedrock's Claude after the translation, by the
 * emulator's rules.
 * Requests that every Claude rejects are excluded, because the model rejects them with its own message.
 */

const PAIRS = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  const rules = model?.claude;
  return model && rules?.tools ? [{ name: card.name, card, model, rules }] : [];
});

const cacheControl = fc.option(
  fc.record(
    { type: fc.constant('ephemeral'), ttl: fc.constant('1h'), scope: fc.constant('global') },
    { requiredKeys: ['type'] },
  ),
  { nil: undefined },
);
const text = fc.record({ type: fc.constant('text'), text: fc.constantFrom('Hello', 'What now?') });
const message = fc.record({
  role: fc.constantFrom('user', 'user', 'system'),
  content: fc.oneof(fc.constant('Hi'), fc.array(text, { minLength: 1, maxLength: 2 })),
});
const tool = fc.oneof(
  fc.record(
    {
      name: fc.constantFrom('one', 'two', 'three'),
      input_schema: fc.constant({ type: 'object' }),
      strict: fc.constant(false),
      eager_input_streaming: fc.boolean(),
      defer_loading: fc.boolean(),
      input_examples: fc.constant([{}]),
    },
    { requiredKeys: ['name', 'input_schema'] },
  ),
  fc.constantFrom(
    { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
    { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' },
  ),
);
const plain = fc.record(
  {
    temperature: fc.constantFrom(0, 0.5, 1),
    top_p: fc.constantFrom(0.9, 1),
    top_k: fc.constant(40),
    cache_control: cacheControl,
    tools: fc.uniqueArray(tool, { selector: ({ name }) => name, maxLength: 4 }),
    context_management: fc.constant({ edits: [] }),
    output_config: fc.record({
      effort: fc.constantFrom('low', 'medium', 'high', 'xhigh', 'max'),
      task_budget: fc.constant({ type: 'tokens', total: 1_000 }),
    }),
    service_tier: fc.constantFrom('auto', 'standard_only'),
    inference_geo: fc.constant('us'),
    metadata: fc.constant({ user_id: 'u' }),
  },
  { requiredKeys: [] },
);
const thinking = fc.constantFrom(
  { type: 'enabled', budget_tokens: 2_000 },
  { type: 'enabled', budget_tokens: 2_000, display: 'summarized' },
  { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' } },
);
/** Claude rejects sampling parameters with thinking on every platform. */
const withSignedThinking = fc
  .tuple(plain, thinking)
  .map(([fields, thinking]) => ({ ...without(fields, 'temperature', 'top_p', 'top_k'), thinking }));
const withoutThinking = fc
  .tuple(plain, fc.constantFrom({ type: 'disabled' }, { type: 'between_tools' }))
  .map(([fields, thinking]) => ({ ...without(fields, 'output_config'), thinking }));
const request = fc
  .tuple(
    fc.oneof(plain, withSignedThinking, withoutThinking),
    fc.array(message, { maxLength: 3 }),
    fc.constantFrom(4_096, 500_000),
    fc.constantFrom(undefined, 'claude-code-20250219,interleaved-thinking-2025-05-14', 'advanced-tool-use-2025-11-20'),
  )
  .map(([fields, messages, maxTokens, betas]) => ({
    betas,
    body: {
      model: 'any',
      max_tokens: maxTokens,
      messages: [{ role: 'user', content: 'First' }, ...messages],
      ...fields,
    } as MessagesRequest,
  }));

function without(fields: object, ...names: string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

describe('Bedrock accepts in Anthropic’s format', () => {
  it('requests for every generation', () => {
    expect(PAIRS.length).toBeGreaterThan(12);
  });

  it.each(PAIRS)('any request to $name', ({ card, model, rules }) => {
    fc.assert(
      fc.property(request, fc.boolean(), ({ body, betas }, thinkingByName) => {
        const context = {
          model: card,
          thinkingByName: thinkingByName && card.rules.thinking !== null,
          defaultMaxTokens: 4_096,
          // As after Bedrock rejected the system role.
          ...(!rules.systemRole && { history: { systemRole: 'rejected' as const } }),
        };
        const before = JSON.stringify(body);
        const translated = toInvokeBody(body, { betas }, context);
        expect(JSON.stringify(body)).toBe(before);
        const sent = JSON.parse(JSON.stringify(translated.body)) as Record<string, unknown>;
        expect(() => checkMessages(sent, model, rules)).not.toThrow();
        expect(estimateMessages(sent, card.rules)).toBeGreaterThan(0);
      }),
      { numRuns: propertyRuns(150) },
    );
  });
});

it('invalid input is forwarded to the model or rejected with its path', () => {
  fc.assert(
    fc.property(garbage, fc.anything(), fc.constantFrom(...PAIRS), (body, more, { card }) => {
      const request = { model: 'any', max_tokens: 10, ...body, system: more, tools: [more], thinking: more };
      const context = { model: card, thinkingByName: false, defaultMaxTokens: 4_096 };
      try {
        const { body } = toInvokeBody(request, {}, context);
        estimateMessages(body, card.rules);
      } catch (error) {
        expect(error).toBeInstanceOf(GatewayError);
        expect(error).toMatchObject({ status: 400, param: expect.any(String) });
      }
    }),
    { numRuns: propertyRuns(1_000) },
  );
});
