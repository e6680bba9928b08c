import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MODELS } from '../emulator/models.ts';
import { checkConverse } from '../emulator/rules/check-converse.ts';
import { MODEL_TABLE } from '../src/models/model-table.ts';
import { DEFAULT_POLICY } from '../src/translation/policy.ts';
import { chatRequest, type ChatRequest } from '../src/translation/chat/chat-request.ts';

/**
 * Both halves of one contract: whatever a client may ask of whichever model of the table, what the
 * translators make of it is something that Bedrock, as the emulator knows it, does not refuse.
 */

const text = fc.oneof(fc.string(), fc.constantFrom('', ' ', '\n', 'Hi', 'Hi ', '\ud83d'));
const content = fc.oneof(
  text,
  fc.array(
    fc.record(
      {
        type: fc.constant('text'),
        text,
        cache_control: fc.constantFrom({ type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' }),
        prompt_cache_breakpoint: fc.constantFrom({ mode: 'explicit' }, { mode: 'explicit', ttl: '12h' }),
      },
      { requiredKeys: ['type', 'text'] },
    ),
    { maxLength: 3 },
  ),
);
const message = fc.record({ role: fc.constantFrom('system', 'developer', 'user', 'assistant'), content });
const messages = fc
  .tuple(fc.array(message, { maxLength: 6 }), fc.array(message, { maxLength: 6 }))
  .map(([before, after]) => [...before, { role: 'user', content: 'Hello' }, ...after]);
const tokens = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 2_000_000 }));
const thinking = fc.oneof(
  fc.boolean(),
  fc.record(
    { type: fc.constantFrom('enabled', 'adaptive', 'disabled', 'between_tools'), budget_tokens: tokens },
    { requiredKeys: ['type'] },
  ),
);
const request = fc.record(
  {
    model: fc.constant('any'),
    messages,
    temperature: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 2, noNaN: true })),
    top_p: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    top_k: fc.integer({ min: 1, max: 200 }),
    stop: fc.oneof(fc.constantFrom('END', '\n'), fc.array(text, { maxLength: 5 })),
    max_tokens: tokens,
    max_completion_tokens: tokens,
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    thinking,
    max_thinking_tokens: tokens,
    enable_extended_output: fc.boolean(),
    enable_computer_use: fc.boolean(),
    stream: fc.boolean(),
    service_tier: fc.constantFrom('auto', 'flex', 'priority', 'fast', 'scale'),
    performance_config: fc.constant({ latency: 'optimized' }),
    user: fc.string(),
    safety_identifier: fc.string(),
    metadata: fc.dictionary(fc.string(), fc.string({ maxLength: 600 }), { maxKeys: 20 }),
    prompt_cache_key: fc.string(),
    prompt_cache_options: fc.constantFrom({ mode: 'explicit' }, { mode: 'implicit', ttl: '30m' }),
  },
  { requiredKeys: ['model', 'messages'] },
);

/** What settings may ask on top of any request. */
const policy = fc.record({
  caching: fc.record({
    auto: fc.constantFrom('never' as const, 'asked' as const, 'always' as const),
    ttl: fc.constantFrom('5m' as const, '1h' as const),
  }),
  guardrail: fc
    .record({ id: fc.constantFrom(undefined, 'gr-1'), scope: fc.constantFrom('all' as const, 'last-turn' as const) })
    .map((guardrail) => ({ ...DEFAULT_POLICY.guardrail, ...guardrail })),
  requestMetadata: fc.record({ key: fc.boolean() }),
  passthrough: fc.constant(DEFAULT_POLICY.passthrough),
});

const PAIRS = MODEL_TABLE.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model ? [{ name: card.name, card, model }] : [];
});

describe('Bedrock accepts', () => {
  it('is asked of most of the table', () => {
    expect(PAIRS.length).toBeGreaterThan(20);
  });

  it.each(PAIRS)('answers of $name as long as the table says', ({ card: { rules }, model }) => {
    expect([rules.contextTokens, rules.maxOutputTokens]).toEqual([model.contextTokens, model.outputTokens]);
    expect(rules.extendedOutput?.maxOutputTokens).toBe(model.longOutput?.outputTokens);
  });

  it.each(PAIRS)('whatever is asked of $name', ({ card, model }) => {
    fc.assert(
      fc.property(request, fc.boolean(), policy, (request, thinkingByName, policy) => {
        const context = { model: card, thinkingByName, defaultMaxTokens: 4_096, policy, caller: 'team (a)' };
        const [input] = chatRequest(request as ChatRequest, context).inputs;
        expect(() => checkConverse(JSON.parse(JSON.stringify(input)), model)).not.toThrow();
      }),
      { numRuns: 100 },
    );
  });
});
