import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

import { originOf, redact, sign, verify, verifyRedacted } from '../../emulator/answers/signatures.ts';
import type { Block, Conversation } from '../../emulator/conversation.ts';
import type { Model as EmulatedModel } from '../../emulator/model.ts';
import { MODELS } from '../../emulator/models.ts';
import { checkConverse } from '../../emulator/rules/check-converse.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import type { RemoteMediaService } from '../../src/media/remote-media.service.ts';
import type { Model, Route } from '../../src/models/types/model.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import { ThinkingStore } from '../../src/shared-state/thinking/thinking-store.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { answerToEvents } from '../../src/wire/answer-events.ts';
import type { ContentBlock, ConverseAnswer } from '../../src/wire/converse.ts';
import type { AnswerOptions } from '../../src/translation/dialect.ts';
import { OutputDefault } from '../../src/routing/quotas/estimates/output-default.ts';
import { QuotaRules } from '../../src/routing/quotas/quota-rules.ts';
import { TranslationService } from '../../src/translation/translation.service.ts';
import { CancelSource } from '../../src/request/cancel-signal.ts';
import { CLIENTS, type Call, type Client, type Message } from '../support/tool-clients.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';

/**
 * Random conversations with tools and thinking, by clients that keep more or less of each answer. Bedrock
 * receives either the unmodified signed thinking of a turn in its place, or none.
 */

const NO_MEDIA = { fetchAll: () => Promise.resolve(new Map<string, string>()) } as unknown as RemoteMediaService;
const CALL = {
  report: {},
  signal: new CancelSource(),
  once: <T>(_key: string, work: () => Promise<T>) => work(),
};

interface Pair {
  card: Model;
  model: EmulatedModel;
}

const PAIRS: Pair[] = CHAT_MODELS.flatMap((card) => {
  const model = MODELS.find(({ id }) => id === card.id);
  return model && card.rules.signatures ? [{ card, model }] : [];
});

const TOOLS = ['look', 'mcp.files/read'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { n: { type: 'number' } } } },
}));

/** An answer of the model: its thinking before each call, or before its text. */
const answer = fc.record({
  text: fc.boolean(),
  calls: fc.array(fc.record({ thinking: fc.array(fc.constantFrom('shown', 'empty', 'redacted'), { maxLength: 2 }) }), {
    maxLength: 3,
  }),
  thinking: fc.array(fc.constantFrom('shown', 'redacted'), { maxLength: 1 }),
  streamed: fc.boolean(),
});
const thinkingOptions = fc.constantFrom(
  {},
  {},
  { thinking: true },
  { thinking: { type: 'enabled', budget_tokens: 2_000 } },
  { reasoning_effort: 'high' },
  { thinking: { type: 'disabled' } },
  { reasoning_effort: 'none' },
);
const step = fc.record({
  answer,
  thinkingOptions,
  /** Returns the thinking to the client only with true. */
  include_reasoning: fc.boolean(),
  /** Switches to another model. */
  turnsTo: fc.option(fc.nat(), { freq: 8 }),
  /** Changes the system prompt, which invalidates thinking of the newest models. */
  system: fc.constantFrom('', '', '', 'Be brief.'),
});

/** A model's original answer: the thinking before each call, by the number in the call's input. */
interface Made {
  model: string;
  thinking: string[];
  numbers: number[];
}

class Conversing {
  private readonly translation: TranslationService;
  private readonly history: Message[] = [{ role: 'user', content: 'Go.' }];
  private readonly made: Made[] = [];
  private count = 0;
  private readonly client: Client;
  restored = 0;

  constructor(client: Client, settings: Partial<GatewayConfig['thinking']>) {
    this.client = client;
    const config = new GatewayConfig();
    Object.assign(config.thinking, settings);
    this.translation = new TranslationService(
      config,
      NO_MEDIA,
      new ThinkingStore(config),
      new OutputDefault(config, new QuotaRules(config)),
    );
  }

  async step({ card, model }: Pair, { answer, thinkingOptions, include_reasoning, system }: StepOf): Promise<void> {
    const messages = [...(system ? [{ role: 'system', content: system }] : []), ...this.history];
    const fields = { model: card.name, messages, tools: TOOLS, include_reasoning, ...thinkingOptions };
    const request = fields as unknown as ChatRequest;
    const route: Route = { requested: card.name, model: card, targets: [], thinkingByName: false };
    const { inputs } = await this.translation.prepare(chatDialect, request, { route: route, context: CALL });
    const input = JSON.parse(JSON.stringify(inputs[0])) as { messages: { role: string; content: ContentBlock[] }[] };
    const { conversation } = checkConverse(input, model);
    this.check(input.messages, conversation, model, card);

    const output = this.answer(answer, conversation, model);
    const reply = this.translation.identity(route, undefined);
    const message = answer.streamed ? fromStream(output, request, reply) : fromAnswer(output, request, reply);
    const calls = message.tool_calls ?? [];
    const results = calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: 'done' }));
    this.history.push(...this.client.remember(message, results));
    if (calls.length === 0) this.history.push({ role: 'user', content: 'Go on.' });
  }

  /** Returns the emulator's error for the request, with every signature valid. */
  private answer(wanted: AnswerOf, conversation: Conversation, model: EmulatedModel): ConverseAnswer {
    const origin = originOf(model.id, conversation);
    const made: Made = { model: model.id, thinking: [], numbers: [] };
    const think = (kind: string): ContentBlock => {
      const text = kind === 'empty' ? '' : `  Thought ${this.count++}, not trimmed. \n`;
      const signature = sign(text, origin);
      const data = redact(text, origin);
      made.thinking.push(kind === 'redacted' ? data : signature);
      return kind === 'redacted'
        ? { reasoningContent: { redactedContent: data } }
        : { reasoningContent: { reasoningText: { text, signature } } };
    };
    const content: ContentBlock[] = wanted.thinking.map(think);
    if (wanted.text || wanted.calls.length === 0) content.push({ text: `Words ${this.count++}.` });
    wanted.calls.forEach(({ thinking }, index) => {
      content.push(...thinking.map(think));
      const number = this.count++;
      made.numbers.push(number);
      const name = conversation.tools[index % conversation.tools.length]!.name;
      content.push({ toolUse: { toolUseId: `tooluse_${number}_${'x'.repeat(12)}`, name, input: { n: number } } });
    });
    this.made.push(made);
    const stopReason = wanted.calls.length > 0 ? 'tool_use' : 'end_turn';
    return { output: { message: { role: 'assistant', content } }, stopReason } as unknown as ConverseAnswer;
  }

  private check(
    messages: { role: string; content: ContentBlock[] }[],
    conversation: Conversation,
    model: EmulatedModel,
    card: Model,
  ): void {
    const origin = originOf(model.id, conversation);
    conversation.turns.forEach((turn, index) => {
      const found = turn.blocks.flatMap((block) => sealOf(block) ?? []);
      for (const block of turn.blocks) {
        const verdict = verdictOf(block, origin);
        if (verdict === undefined) continue;
        expect(verdict).not.toBe('forged');
        if (card.rules.thinking?.accountBound) expect(verdict).not.toBe('other-model');
      }
      // The numbers of the calls identify the turn.
      const numbers = messages[index]!.content.flatMap(({ toolUse }) =>
        toolUse ? [(toolUse.input as { n: number }).n] : [],
      );
      const own = this.made.filter((made) => made.numbers.some((number) => numbers.includes(number)));
      if (own.length === 0) return;
      expect(turn.blocks.findLastIndex((block) => sealOf(block) !== undefined)).toBeLessThan(
        turn.blocks.findIndex((block) => block.kind === 'tool-use'),
      );
      const all = own.flatMap((made) => made.thinking);
      expect(all).toEqual(expect.arrayContaining(found));
      const mustStay =
        own.every((made) => made.model === model.id) && this.client.keepsIds && !isDisabled(conversation);
      if (!mustStay) return;
      if (this.client.reorders) expect(found.toSorted()).toEqual(all.toSorted());
      else expect(found).toEqual(all);
      this.restored += found.length;
    });
  }
}

type StepOf = typeof step extends fc.Arbitrary<infer Step> ? Step : never;
type AnswerOf = typeof answer extends fc.Arbitrary<infer Answer> ? Answer : never;

/** Returns true if thinking is disabled, so that signed thinking is dropped. The emulator checks all other cases. */
function isDisabled({ thinking }: Conversation): boolean {
  return thinking?.type === 'disabled';
}

function sealOf(block: Block): string | undefined {
  if (block.kind === 'thinking') return block.signature;
  return block.kind === 'redacted' ? block.data : undefined;
}

function verdictOf(block: Block, origin: ReturnType<typeof originOf>) {
  if (block.kind === 'thinking') return verify(block.text, block.signature ?? '', origin);
  return block.kind === 'redacted' ? verifyRedacted(block.data, origin) : undefined;
}

function fromAnswer(output: ConverseAnswer, request: ChatRequest, reply: AnswerOptions): Message {
  return JSON.parse(JSON.stringify(chatDialect.toAnswer([output], request, reply).choices[0]!.message)) as Message;
}

/** Returns the message that clients assemble from the deltas. */
function fromStream(output: ConverseAnswer, request: ChatRequest, reply: AnswerOptions): Message {
  const writer = chatDialect.toFrames(request, reply);
  const message: Message = { role: 'assistant', content: '' };
  for (const { data } of answerToEvents(output).flatMap((event) => writer.onEvent(event, 0))) {
    const delta = (JSON.parse(data) as ChatCompletionChunk).choices[0]?.delta as Partial<Message> | undefined;
    if (typeof delta?.content === 'string') message.content = `${message.content as string}${delta.content}`;
    if (delta?.thinking_blocks)
      message.thinking_blocks = [...(message.thinking_blocks ?? []), ...delta.thinking_blocks];
    for (const piece of (delta?.tool_calls ?? []) as (Call & { index: number })[]) {
      const calls = (message.tool_calls ??= []);
      const call = calls[piece.index];
      if (!call) calls.push({ id: piece.id, type: piece.type, function: { ...piece.function } });
      else call.function.arguments += piece.function.arguments;
    }
  }
  return { ...message, content: message.content === '' ? null : message.content };
}

describe.each(Object.entries(CLIENTS))('a client that %s', (_name, client) => {
  it.each([
    ['kept in memory', {}],
    ['carried in long ids', { maxToolCallIdLength: 2_048, maxBytes: 1_024 }],
  ])('never blocks its conversation, with thinking %s', async (_where, settings) => {
    let restored = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(step, { minLength: 2, maxLength: 7 }), async (first, steps) => {
        const conversing = new Conversing(client, settings);
        let pair = PAIRS[first % PAIRS.length]!;
        for (const each of steps) {
          if (each.turnsTo !== null) pair = PAIRS[each.turnsTo % PAIRS.length]!;
          await conversing.step(pair, each);
        }
        restored += conversing.restored;
      }),
      { numRuns: 40 },
    );
    // The number depends on the random conversations; zero would mean that the test is void.
    if (client.keepsIds) expect(restored).toBeGreaterThan(0);
  });
});
