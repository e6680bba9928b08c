import { readSources, type Sources } from './citations.ts';
import { signedThought, type SignedThought } from '../thinking-blocks/signed-thinking.ts';
import { refusalIn } from './model-refusal.ts';
import { finishReason, type FinishReason } from './stop-reason.ts';
import type { ToolInput } from '../tools/tool-input.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import { textOf } from '../../wire/block-text.ts';

/** One call of a tool, by Bedrock's name for it. */
export interface AnswerCall {
  id: string;
  name: string;
  input: ToolInput;
  /** Signed thoughts between the call before it and this one. */
  thoughts: readonly SignedThought[];
}

/** What OpenAI's dialects tell of a Converse answer. */
export interface Answer {
  text: string;
  /** Empty when the model did not think or keeps its thoughts to itself. */
  reasoning: string;
  /** All that are signed, in order. */
  thoughts: readonly SignedThought[];
  calls: readonly AnswerCall[];
  finishReason: FinishReason;
  sources: Sources;
  /** Words of a refusal in place of the JSON that was asked for. */
  refusal?: string;
}

/** Blocks are picked by kind, never by place: thoughts may stand before, between and behind the text. */
export function readAnswer(answer: ConverseAnswer): Answer {
  let text = '';
  let reasoning = '';
  const thoughts: SignedThought[] = [];
  let latest: SignedThought[] = [];
  const calls: AnswerCall[] = [];
  const content = answer.output?.message?.content ?? [];
  for (const block of content) {
    text += textOf(block);
    reasoning += block.reasoningContent?.reasoningText?.text ?? '';
    const thought = signedThought(block);
    if (thought) {
      thoughts.push(thought);
      latest.push(thought);
    }
    if (block.toolUse) {
      const { toolUseId: id = '', name = '', input } = block.toolUse;
      calls.push({ id, name, input: input ?? {}, thoughts: latest });
      latest = [];
    }
  }
  const sources = readSources(content);
  const refusal = refusalIn(answer.additionalModelResponseFields);
  return {
    text,
    reasoning,
    thoughts,
    calls,
    finishReason: finishReason(answer.stopReason),
    sources,
    ...(refusal && { refusal }),
  };
}
