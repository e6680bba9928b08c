import { readSources, textOf, type Sources } from './citations.ts';
import { finishReason, type FinishReason } from './stop-reason.ts';
import type { ConverseAnswer } from './wire.ts';

/** What OpenAI's dialects tell of a Converse answer. */
export interface Answer {
  text: string;
  /** Empty when the model did not think or keeps its thoughts to itself. */
  reasoning: string;
  finishReason: FinishReason;
  sources: Sources;
}

/** Blocks are picked by kind, never by place: thoughts may stand before, between and behind the text. */
export function readAnswer(answer: ConverseAnswer): Answer {
  let text = '';
  let reasoning = '';
  const content = answer.output?.message?.content ?? [];
  for (const block of content) {
    text += textOf(block);
    if (block.reasoningContent?.reasoningText) reasoning += block.reasoningContent.reasoningText.text ?? '';
  }
  return { text, reasoning, finishReason: finishReason(answer.stopReason), sources: readSources(content) };
}
