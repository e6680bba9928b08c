import { finish, requestId, synthesize, toolUseId } from './answers/synthesize.ts';
import type { Answer } from './answers/answer.ts';
import { type PromptCache, promptTokens } from './answers/prompt-cache.ts';
import { originOf, sign } from './answers/signatures.ts';
import type { ResponsePlan } from './behavior.ts';
import type { BillBook } from './billing/bill.ts';
import { billAnswer } from './billing/bill-answer.ts';
import type { Conversation } from './conversation.ts';
import type { Exchange } from './http/exchange.ts';
import type { Model } from './model.ts';
import type { UsedTokens } from './quota.ts';
import { scriptedBlocks } from './script.ts';
import type { RawEvents, RawOutput, Script } from './script.ts';

/** One request of an operation, and the parts of the emulator that answer it. */
export interface Call {
  exchange: Exchange;
  model: Model;
  modelId: string;
  body: unknown;
  plan: ResponsePlan;
  script: Script;
  cache: PromptCache;
  operation: string;
  bill: BillBook;
}

/** Returns the next scripted answer, or a generated one. Raw scripted answers are returned unchanged. */
export function answer(call: Call, conversation: Conversation): Answer | RawEvents | RawOutput {
  const settle = reserve(call, conversation);
  const made = compose(call, conversation);
  // The usage of a raw scripted answer is unknown, so its reservation is kept.
  if ('usage' in made) call.exchange.onClose(() => settle(made.usage));
  billAnswer(call, conversation, made);
  return made;
}

/** Reserves the request in each configured quota. Throws Bedrock's ThrottlingException if one is exhausted. */
function reserve({ model, plan }: Call, conversation: Conversation): (used: UsedTokens) => void {
  const maxTokens = conversation.maxTokens ?? model.outputTokens;
  const settles = plan.quotas.map((quota) => quota.reserve(model.id, promptTokens(conversation), maxTokens));
  return (used) => settles.forEach((settle) => settle(used));
}

function compose(call: Call, conversation: Conversation): Answer | RawEvents | RawOutput {
  const { model } = call;
  const prompt = call.cache.meter(conversation, model.id, model.cacheMinimum, Date.now());
  const scripted = call.script.next(call.modelId);
  if (scripted === undefined) return synthesize(model, conversation, prompt);
  if ('events' in scripted || 'output' in scripted) return scripted;
  const id = requestId(model, conversation);
  const origin = originOf(model.id, conversation);
  const blocks = scriptedBlocks(
    scripted,
    (index) => toolUseId(model, id, index, conversation.api),
    (text) => (model.claude === undefined ? undefined : sign(text, origin)),
  );
  const reason = scripted.stopReason ?? (blocks.some((block) => block.kind === 'tool-use') ? 'tool_use' : 'end_turn');
  const made = finish(id, blocks, reason, prompt);
  return { ...made, stopSequence: scripted.stopSequence, usage: { ...made.usage, ...scripted.usage } };
}
