import { refusalIn } from '../structured/refusal.ts';
import { finishReason, type FinishReason } from './stop-reason.ts';
import type { ToolInput } from './tool-input.ts';
import type { ConverseAnswer } from './wire.ts';

/** One call of a tool, by Bedrock's name for it. */
export interface AnswerCall {
  id: string;
  name: string;
  input: ToolInput;
}

/** What OpenAI's dialects tell of a Converse answer. */
export interface Answer {
  text: string;
  /** Empty when the model did not think or keeps its thoughts to itself. */
  reasoning: string;
  calls: readonly AnswerCall[];
  finishReason: FinishReason;
  /** Words of a refusal in place of the JSON that was asked for. */
  refusal?: string;
}

/** Blocks are picked by kind, never by place: thoughts may stand before, between and behind the text. */
export function readAnswer(answer: ConverseAnswer): Answer {
  let text = '';
  let reasoning = '';
  const calls: AnswerCall[] = [];
  for (const { text: words, reasoningContent, toolUse } of answer.output?.message?.content ?? []) {
    if (words !== undefined) text += words;
    else if (reasoningContent?.reasoningText) reasoning += reasoningContent.reasoningText.text ?? '';
    else if (toolUse) calls.push({ id: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: toolUse.input ?? {} });
  }
  const refusal = refusalIn(answer.additionalModelResponseFields);
  return { text, reasoning, calls, finishReason: finishReason(answer.stopReason), ...(refusal && { refusal }) };
}
