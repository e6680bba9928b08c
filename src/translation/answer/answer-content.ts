import { readAnswerSources, type CitationSources } from './citations.ts';
import { readSignedThinking, type SignedThinking } from '../thinking-blocks/signed-thinking.ts';
import { refusalTextOf } from './model-refusal.ts';
import { answerEnding } from './stop-reason.ts';
import type { AnswerEnding } from '../../wire/stop-reasons/answer-ending.ts';
import type { ToolInput } from '../tools/tool-input.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import { textOfBlock } from '../../wire/block-text.ts';

/** One call of a tool, by Bedrock's name for it. */
export interface ToolCall {
  id: string;
  name: string;
  input: ToolInput;
  /** Signed thoughts between the call before it and this one. */
  thoughts: readonly SignedThinking[];
}

/** What OpenAI's dialects tell of a Converse answer. */
export interface AnswerContent {
  text: string;
  /** Empty when the model did not think or keeps its thoughts to itself. */
  reasoning: string;
  /** All that are signed, in order. */
  thoughts: readonly SignedThinking[];
  calls: readonly ToolCall[];
  ending: AnswerEnding;
  sources: CitationSources;
  /** Words of a refusal in place of the JSON that was asked for. */
  refusal?: string;
}

/** Blocks are picked by kind, never by place: thoughts may stand before, between and behind the text. */
export function readConverseAnswer(answer: ConverseAnswer): AnswerContent {
  let text = '';
  let reasoning = '';
  const thoughts: SignedThinking[] = [];
  let latest: SignedThinking[] = [];
  const calls: ToolCall[] = [];
  const content = answer.output?.message?.content ?? [];
  for (const block of content) {
    text += textOfBlock(block);
    reasoning += block.reasoningContent?.reasoningText?.text ?? '';
    const thought = readSignedThinking(block);
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
  const sources = readAnswerSources(content);
  const refusal = refusalTextOf(answer.additionalModelResponseFields);
  return {
    text,
    reasoning,
    thoughts,
    calls,
    ending: answerEnding(answer.stopReason),
    sources,
    ...(refusal && { refusal }),
  };
}
