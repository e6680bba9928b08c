import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { DEFAULT_POLICY } from '../../src/translation/policy.ts';
import { chatRequest } from '../../src/translation/openai-chat/request/chat-request.ts';
import { garbage, request, toolbox } from '../support/arbitrary-requests.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';
import { propertyRuns } from '../support/property-runs.ts';

/**
 * A contract in two parts: for any client request to any model of the table,
 * the emulator's Bedrock rules accept the body that the translators produce.
 */

/** Settings that may add fields to any request. */
const policy = fc.record({
  promptCache: fc.record({
    autoCachePoints: fc.constantFrom('never' as const, 'on-request' as const, 'always' as const),
    ttl: fc.constantFrom('5m' as const, '1h' as const),
  }),
  guardrail: fc
    .record({
      id: fc.constantFrom(undefined, 'gr-1'),
      scope: fc.constantFrom('all' as const, 'last-user-message' as const),
    })
    .map((guardrail) => ({ ...DEFAULT_POLICY.guardrail, ...guardrail })),
  requestMetadata: fc.record({ includeKeyName: fc.boolean() }),
  passthrough: fc.constant(DEFAULT_POLICY.passthrough),
});

const PAIRS = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model ? [{ name: card.name, card, model }] : [];
});

describe('Bedrock accepts', () => {
  it('receives most of the random requests', () => {
    expect(PAIRS.length).toBeGreaterThan(20);
  });

  it.each(PAIRS)('answers of $name within the lengths of the table', ({ card: { rules }, model }) => {
    expect([rules.contextTokens, rules.maxOutputTokens]).toEqual([model.contextTokens, model.outputTokens]);
    expect(rules.extendedOutput?.maxOutputTokens).toBe(model.longOutput?.outputTokens);
  });

  it.each(PAIRS)('any request to $name', ({ card, model }) => {
    fc.assert(
      fc.property(request, fc.option(toolbox), fc.boolean(), policy, (plain, toolbox, thinkingByName, policy) => {
        const request = { ...plain, ...(card.rules.tools && toolbox) };
        const context = { model: card, thinkingByName, defaultMaxTokens: 4_096, policy, caller: { name: 'team (a)' } };
        const [input] = chatRequest(request as ChatRequest, context).inputs;
        expect(() => checkConverse(JSON.parse(JSON.stringify(input)), model)).not.toThrow();
      }),
      { numRuns: propertyRuns(100) },
    );
  });
});

describe('invalid input', () => {
  it('is translated, or rejected with its path', () => {
    fc.assert(
      fc.property(garbage, fc.constantFrom(...PAIRS), (body, { card, model }) => {
        const request = { model: 'any', ...body } as unknown as ChatRequest;
        chatDialect.callReferences?.(request);
        const context = { model: card, thinkingByName: false, defaultMaxTokens: 4_096 };
        let input: unknown;
        try {
          input = JSON.parse(JSON.stringify(chatRequest(request, context).inputs[0]));
        } catch (error) {
          expect(error).toMatchObject({ status: 400, param: expect.any(String) });
          return;
        }
        // Signatures come from the client; Bedrock rejects forged ones.
        if (!JSON.stringify(input).includes('reasoningContent')) checkConverse(input, model);
      }),
      { numRuns: propertyRuns(2_000) },
    );
  });
});
