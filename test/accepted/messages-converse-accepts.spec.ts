import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import type { ConverseEvent } from '../../src/wire/converse.ts';
import { messagesDialect } from '../../src/translation/anthropic/converse/messages-dialect.ts';
import type { MessagesRequest } from '../../src/translation/anthropic/types.ts';
import { messageOf } from '../support/message-of.ts';
import { propertyRuns } from '../support/property-runs.ts';

/**
 * Requests of Anthropic's clients to any other model on Bedrock are accepted after the translation, by the emulator's
 * rules.
 */

const PAIRS = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model && card.rules.family !== 'claude' && !card.embedding ? [{ name: card.name, card, model }] : [];
});

const cacheControl = fc.constantFrom({ type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' });
const text = fc.record(
  { type: fc.constant('text'), text: fc.constantFrom('Hello', ' ', 'What now?'), cache_control: cacheControl },
  { requiredKeys: ['type', 'text'] },
);
const id = fc.constantFrom('toolu_1', 'toolu_2', 'call/3');
const call = fc.record({
  type: fc.constant('tool_use'),
  id,
  name: fc.constantFrom('now', 'files/read'),
  input: fc.constantFrom({}, { path: '/' }),
});
const result = fc.record(
  {
    type: fc.constant('tool_result'),
    tool_use_id: id,
    content: fc.oneof(fc.constant('Done.'), fc.array(text, { maxLength: 2 })),
    is_error: fc.boolean(),
    cache_control: cacheControl,
  },
  { requiredKeys: ['type', 'tool_use_id'] },
);
const reasoningBlock = fc.constantFrom(
  { type: 'thinking', thinking: 'Hm.', signature: '' },
  { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
  { type: 'redacted_thinking', data: 'c2Vj' },
);
const content = (...blocks: fc.Arbitrary<object>[]) =>
  fc.oneof(fc.constant('Hi'), fc.array(fc.oneof(text, ...blocks), { maxLength: 4 }));
const message = fc.oneof(
  fc.record({ role: fc.constant('user'), content: content(result) }),
  fc.record({ role: fc.constant('assistant'), content: content(call, reasoningBlock) }),
  fc.record({ role: fc.constant('system'), content: content() }),
);
const request = fc.record(
  {
    max_tokens: fc.constantFrom(1, 4_096, 5_000_000),
    messages: fc.array(message, { maxLength: 5 }).map((more) => [{ role: 'user', content: 'First' }, ...more]),
    system: content(),
    temperature: fc.constantFrom(0, 0.5, 1),
    top_p: fc.constantFrom(0.9, 1),
    top_k: fc.constant(40),
    stop_sequences: fc.constantFrom([], ['END'], ['END', '\n']),
    thinking: fc.constantFrom({ type: 'enabled', budget_tokens: 2_000 }, { type: 'adaptive' }, { type: 'disabled' }),
    output_config: fc.record({ effort: fc.constantFrom('low', 'high', 'max') }),
    cache_control: cacheControl,
    metadata: fc.constant({ user_id: '{"device":"ü"}' }),
    service_tier: fc.constantFrom('auto', 'standard_only', 'flex'),
  },
  { requiredKeys: ['max_tokens', 'messages'] },
);
const toolbox = fc.record({
  tools: fc.constant([
    { name: 'now', input_schema: { type: 'object' }, cache_control: { type: 'ephemeral' } },
    { type: 'custom', name: 'files/read', description: 'Reads', input_schema: { type: 'object' }, strict: true },
  ]),
  tool_choice: fc.constantFrom(
    { type: 'auto', disable_parallel_tool_use: true },
    { type: 'any' },
    { type: 'none' },
    { type: 'tool', name: 'files/read' },
  ),
});

function contextOf({ card }: (typeof PAIRS)[number]) {
  return { model: card, thinkingByName: false, defaultMaxTokens: 4_096 };
}

describe('Bedrock accepts', () => {
  it.each(PAIRS)('any messages for $name', (pair) => {
    fc.assert(
      fc.property(request, fc.option(toolbox), (plain, toolbox) => {
        const request = { model: 'm', ...plain, ...(pair.card.rules.tools && toolbox) } as MessagesRequest;
        const before = JSON.stringify(request);
        const [input] = messagesDialect.toConverse(request, contextOf(pair)).inputs;
        expect(JSON.stringify(request)).toBe(before);
        expect(() => checkConverse(JSON.parse(JSON.stringify(input)), pair.model)).not.toThrow();
      }),
      { numRuns: propertyRuns(40) },
    );
  });
});

it('translates invalid input or rejects it with its path', () => {
  const anything = fc.anything({ maxDepth: 2 });
  const types = 'text image document tool_use tool_result thinking redacted_thinking search_result base64 url'.split(
    ' ',
  );
  const block = fc.record(
    {
      type: fc.oneof(fc.constantFrom(...types), anything),
      text: anything,
      source: fc.oneof(anything, fc.record({ type: fc.constantFrom(...types), data: anything, url: anything })),
      title: anything,
      id: fc.oneof(id, anything),
      name: anything,
      input: anything,
      tool_use_id: fc.oneof(id, anything),
      content: anything,
      thinking: anything,
      signature: anything,
      cache_control: anything,
    },
    { requiredKeys: ['type'] },
  );
  const garbage = fc.record(
    {
      messages: fc.array(
        fc.oneof(
          anything,
          fc.record({
            role: fc.oneof(fc.constantFrom('user', 'assistant', 'system'), anything),
            content: fc.oneof(anything, fc.array(fc.oneof(block, anything), { maxLength: 3 })),
          }),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      system: anything,
      tools: fc.oneof(anything, fc.array(fc.record({ type: anything, name: anything, input_schema: anything }))),
      tool_choice: fc.oneof(anything, fc.record({ type: fc.constantFrom('auto', 'any', 'tool'), name: anything })),
      thinking: fc.oneof(
        anything,
        fc.record({ type: fc.constantFrom('enabled', 'adaptive'), budget_tokens: anything }),
      ),
      output_config: fc.oneof(anything, fc.record({ effort: anything, format: anything })),
      stop_sequences: anything,
      temperature: anything,
      top_k: anything,
      metadata: anything,
      service_tier: anything,
      cache_control: anything,
      anthropic_beta: anything,
    },
    { requiredKeys: ['messages'] },
  );
  fc.assert(
    fc.property(garbage, fc.constantFrom(...PAIRS), (body, pair) => {
      const request = { model: 'any', max_tokens: 100, ...body } as MessagesRequest;
      messagesDialect.mediaReferences?.(request, pair.card);
      let input: unknown;
      try {
        input = JSON.parse(JSON.stringify(messagesDialect.toConverse(request, contextOf(pair)).inputs[0]));
      } catch (error) {
        expect(error).toMatchObject({ status: 400, param: expect.any(String) });
        return;
      }
      checkConverse(input, pair.model);
    }),
    { numRuns: propertyRuns(3_000) },
  );
});

describe('a stream', () => {
  const block = fc.record({
    kind: fc.constantFrom('text', 'reasoningBlock', 'redacted', 'tool'),
    pieces: fc.integer({ min: 0, max: 3 }),
    stop: fc.boolean(),
  });

  function eventsOf({ kind, pieces, stop }: { kind: string; pieces: number; stop: boolean }, index: number) {
    const delta = (content: object) => ({ contentBlockDelta: { contentBlockIndex: index, delta: content } });
    const toolUse = { toolUseId: `call_${index}`, name: 'now' };
    const piece: Record<string, object> = {
      text: { text: 'word ' },
      reasoningBlock: { reasoningContent: { text: 'hm ' } },
      redacted: { reasoningContent: { redactedContent: 'c2VjcmV0' } },
      tool: { toolUse: { input: '1' } },
    };
    return [
      ...(kind === 'tool' ? [{ contentBlockStart: { contentBlockIndex: index, start: { toolUse } } }] : []),
      ...Array.from({ length: pieces }, () => delta(piece[kind]!)),
      ...(stop ? [{ contentBlockStop: { contentBlockIndex: index } }] : []),
    ] as ConverseEvent[];
  }

  it('is in order and complete, for any model output and any missing events', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.boolean(), (blocks, announced) => {
        const request: MessagesRequest = { model: 'm', max_tokens: 1, messages: [] };
        const reply = { id: '0', created: 0, model: 'm', thinkingByName: false };
        const writer = messagesDialect.toFrames(request, reply);
        const events: ConverseEvent[] = [
          ...(announced ? [{ messageStart: { role: 'assistant' } } as ConverseEvent] : []),
          ...blocks.flatMap(eventsOf),
          { messageStop: { stopReason: 'end_turn' } },
        ];
        const frames = [...events.flatMap((event) => writer.onEvent(event, 0)), ...writer.onEnd()];
        const message = messageOf(frames.map(({ data }) => data));
        const visible = blocks.filter(({ kind, pieces }) => kind === 'tool' || pieces > 0);
        expect(message.content).toHaveLength(visible.length);
        visible.forEach(({ kind, pieces }, index) => {
          const { text, thinking, data, input } = message.content[index];
          if (kind === 'text') expect(text).toBe('word '.repeat(pieces));
          if (kind === 'reasoningBlock') expect(thinking).toBe('hm '.repeat(pieces));
          if (kind === 'redacted') expect(Buffer.from(data, 'base64').toString()).toBe('secret'.repeat(pieces));
          if (kind === 'tool') expect(input).toEqual(pieces === 0 ? {} : Number('1'.repeat(pieces)));
        });
        expect(message.stop_reason).toBe(visible.some(({ kind }) => kind === 'tool') ? 'tool_use' : 'end_turn');
      }),
      { numRuns: propertyRuns(500) },
    );
  });
});
