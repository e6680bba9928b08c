import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import type { ConverseEvent } from '../../src/wire/converse.ts';
import { internalError } from '../../src/errors/errors.ts';
import { responsesDialect } from '../../src/translation/openai-responses/responses-dialect.ts';
import { garbage, request, toolbox } from '../support/arbitrary-responses.ts';
import { checkOpenResponses } from '../support/open-responses.ts';
import { specValidator } from '../support/openai-spec.ts';
import type { SseFrame } from '../../src/wire/sse-frame.ts';
import type { ResponsesRequest } from '../../src/translation/openai-responses/responses-request.types.ts';
import { propertyRuns } from '../support/property-runs.ts';

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const PAIRS = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model ? [{ name: card.name, card, model }] : [];
});
const REPLY = { id: '0123456789abcdef', created: 1_790_000_000, model: 'claude', thinkingByName: false };
const checkSpec = specValidator();

describe('Bedrock accepts', () => {
  it.each(PAIRS)('any response request to $name', ({ card, model }) => {
    fc.assert(
      fc.property(request, fc.option(toolbox), (plain, toolbox) => {
        const request = { ...plain, ...(card.rules.tools && toolbox) } as unknown as ResponsesRequest;
        const context = { model: card, thinkingByName: false, defaultMaxTokens: 4_096 };
        const [input] = responsesDialect.toConverse(request, context).inputs;
        expect(() => checkConverse(JSON.parse(JSON.stringify(input)), model)).not.toThrow();
      }),
      { numRuns: propertyRuns(60) },
    );
  });
});

describe('invalid input', () => {
  it('is translated, or rejected with its path', () => {
    fc.assert(
      fc.property(garbage, fc.constantFrom(...PAIRS), (body, { card, model }) => {
        const request = { model: 'any', ...body } as unknown as ResponsesRequest;
        responsesDialect.callReferences?.(request);
        responsesDialect.mediaReferences?.(request, card);
        const context = { model: card, thinkingByName: false, defaultMaxTokens: 4_096 };
        let input: unknown;
        try {
          input = JSON.parse(JSON.stringify(responsesDialect.toConverse(request, context).inputs[0]));
        } catch (error) {
          expect(error).toMatchObject({ status: 400, param: expect.any(String) });
          return;
        }
        checkConverse(input, model);
      }),
      { numRuns: propertyRuns(3_000) },
    );
  });
});

/** Blocks of an answer: content, number of pieces, and whether the stop event arrives. */
const block = fc.record({
  kind: fc.constantFrom('text', 'thought', 'redacted', 'now', 'edit', 'shell', 'apply_patch', 'unknown'),
  pieces: fc.integer({ min: 0, max: 3 }),
  whole: fc.boolean(),
  stop: fc.boolean(),
});
const TOOLS = [
  { type: 'function', name: 'now', parameters: {}, strict: false },
  { type: 'custom', name: 'edit' },
  { type: 'shell' },
  { type: 'apply_patch' },
] as unknown as ResponsesRequest['tools'];

function eventsOf(
  { kind, pieces, whole, stop }: typeof block extends fc.Arbitrary<infer B> ? B : never,
  index: number,
) {
  const delta = (content: object) => ({ contentBlockDelta: { contentBlockIndex: index, delta: content } });
  const events: object[] = [];
  const count = Array.from({ length: pieces });
  if (kind === 'text') events.push(...count.map((_, piece) => delta({ text: `piece ${piece} ` })));
  else if (kind === 'thought') {
    events.push(...count.map(() => delta({ reasoningContent: { text: 'hm ' } })));
    if (whole) events.push(delta({ reasoningContent: { signature: 'c2lnbmVk' } }));
  } else if (kind === 'redacted') events.push(delta({ reasoningContent: { redactedContent: 'c2VjcmV0' } }));
  else {
    const toolUse = { toolUseId: `call_${index}`, name: kind };
    events.push({ contentBlockStart: { contentBlockIndex: index, start: { toolUse } } });
    if (pieces > 0) events.push(delta({ toolUse: { input: '{"input":' } }));
    if (pieces > 0 && whole) events.push(delta({ toolUse: { input: '"x"}' } }));
  }
  if (stop) events.push({ contentBlockStop: { contentBlockIndex: index } });
  return events as ConverseEvent[];
}

describe('a stream', () => {
  it('is in order for any model output and any ending', () => {
    const end = fc.constantFrom(
      'end_turn',
      'tool_use',
      'max_tokens',
      'guardrail_intervened',
      'malformed_tool_use',
      'cut',
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), end, fc.boolean(), (blocks, end, sealing) => {
        const include = sealing ? ['reasoning.encrypted_content'] : [];
        const request = { model: 'm', input: 'Hi', tools: TOOLS, include } as ResponsesRequest;
        const reply = { ...REPLY, seal: (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url') };
        const writer = responsesDialect.toFrames(request, reply);
        const events = [{ messageStart: { role: 'assistant' } } as ConverseEvent, ...blocks.flatMap(eventsOf)];
        if (end !== 'cut') events.push({ messageStop: { stopReason: end } });
        const frames: SseFrame[] = events.flatMap((event) => writer.onEvent(event, 0));
        try {
          if (end === 'cut') throw internalError(new Error('cut'));
          frames.push(...writer.onEnd());
        } catch (error) {
          frames.push(...(writer.onFailure?.(error as ReturnType<typeof internalError>) ?? []));
        }
        expectOrder(frames.map(({ data }) => JSON.parse(data)));
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });
});

/**
 * Asserts that sequence numbers have no gaps, that items begin in order, contain their deltas and end once, and that
 * the final event is last.
 */
function expectOrder(events: Loose[]): void {
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
  for (const event of events) {
    checkSpec('ResponseStreamEvent', event);
    checkOpenResponses('event', event);
  }
  const last = events.at(-1);
  expect(last.type).toMatch(/^response\.(completed|incomplete|failed)$/);
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
  const added = events.filter(({ type }) => type === 'response.output_item.added');
  const done = events.filter(({ type }) => type === 'response.output_item.done');
  const begun = added.map((event) => event.item.id);
  expect(new Set(begun).size).toBe(begun.length);
  const ended = done.toSorted((a, b) => a.output_index - b.output_index).map(({ item }) => item);
  expect(last.response.output).toEqual(ended);
  if (last.type !== 'response.failed') expect(new Set(ended.map(({ id }) => id))).toEqual(new Set(begun));
  for (const item of ended) {
    const own = events.filter((event) => event.item_id === item.id);
    const pieces = own.filter(({ type }) => type.endsWith('.delta')).map(({ delta }) => delta as string);
    const content = item.content?.[0]?.text ?? item.summary?.[0]?.text ?? item.arguments ?? item.input;
    if (content !== undefined) expect(pieces.join('')).toBe(content);
  }
}
