import { textOfBlock } from '../../wire/block-text.ts';
import type { ContentBlock, ConverseAnswer } from '../../wire/converse.ts';
import { stopReasonRow } from '../../wire/stop-reasons/stop-reasons.ts';
import type { SchemaCheck, ExpectedOutput } from '../json-schema/expected-output.ts';
import { extractJson } from './json-text/json-extraction.ts';
import { JsonTextFilter } from './json-text/json-text-stream.ts';
import { isModelRefusal, refusalFinishReason } from '../answer/model-refusal.ts';

/** An answer as the dialects know it: its JSON is text. With a problem where it is not what was asked for. */
export interface CheckedAnswer<Answer = ConverseAnswer> {
  answer: Answer;
  problem?: string;
  /** The reason why the answer could not be checked. */
  unchecked?: string;
  /** Text beside calls of the client's tools was left out. */
  isTextDropped?: true;
}

/** Whether an answer that ended so is to be held to its schema. */
export function isCompleteAnswer(stopReason: string | undefined): boolean {
  return stopReasonRow(stopReason).structured !== 'pass';
}

/** The client's own stop sequences may stand in the middle of JSON: what is cut so is the answer, as it is at OpenAI's. */
export function endedByStopSequence(stopReason: string | undefined): boolean {
  return stopReason === 'stop_sequence';
}

/**
 * Whether the client receives text that stands beside calls of its tools. OpenAI's libraries parse all text of a strict
 * answer as JSON, also beside calls, and throw for the sentence with which a model announces a call. The message of a
 * guardrail passes.
 */
export function keepsTextBesideCalls({ isLoose }: ExpectedOutput, stopReason: string | undefined): boolean {
  if (isLoose === true) return true;
  const row = stopReasonRow(stopReason);
  return 'isGuardrailText' in row;
}

/** Returns the note of `x-outcrop-adjusted` for `isTextDropped`; `field` is the path of the field that asks for JSON. */
export function textDroppedNote(field: string): string {
  return `${field}=text_beside_calls_dropped`;
}

/** Reads a whole answer and checks its JSON. */
export async function checkStructuredAnswer(
  answer: ConverseAnswer,
  expected: ExpectedOutput,
  check: SchemaCheck,
): Promise<CheckedAnswer> {
  const blocks = answer.output?.message?.content ?? [];
  const isReply = ({ toolUse }: ContentBlock): boolean =>
    toolUse !== undefined && toolUse.name === expected.toolName && expected.way === 'tool';
  const calls = blocks.filter((block) => block.toolUse && !isReply(block));
  // Calls of the client's tools come first: the answer is made when their results are known.
  if (calls.length > 0)
    return besideCalls(
      withContent(answer, (block) => !isReply(block)),
      expected,
    );

  const input = blocks.find(isReply)?.toolUse?.input;
  const text = input === undefined ? textOf(blocks) : JSON.stringify(input);
  const rest = withContent(answer, (block) => !block.toolUse && !holdsText(block));
  if (isModelRefusal(answer)) return { answer: refusalFinishReason(rest, textOf(blocks)) };
  if (!isCompleteAnswer(answer.stopReason)) return { answer: withText(rest, text) };
  const extraction = await extractJson(text, check);
  const ended = answer.stopReason === 'tool_use' ? { ...rest, stopReason: 'end_turn' as const } : rest;
  if ('json' in extraction) {
    const read = { answer: withText(ended, extraction.json) };
    return 'unchecked' in extraction ? { ...read, unchecked: extraction.unchecked } : read;
  }
  const problem = endedByStopSequence(answer.stopReason) ? undefined : extraction.problem;
  return { answer: withText(ended, text), problem };
}

/** Leaves out the text of an answer with calls, unless JSON begins in it, as it passes in a stream. */
function besideCalls(answer: ConverseAnswer, expected: ExpectedOutput): CheckedAnswer {
  const blocks = answer.output?.message?.content ?? [];
  const text = textOf(blocks);
  if (text === '' || keepsTextBesideCalls(expected, answer.stopReason)) return { answer };
  const json = expected.way === 'tool' ? undefined : new JsonTextFilter(expected.schema);
  const read = blocks.map((block) => (holdsText(block) ? { text: json?.push(textOfBlock(block)) ?? '' } : block));
  const content = read.filter((block) => block.text !== '');
  const kept: ConverseAnswer = { ...answer, output: { message: { role: 'assistant', content } } };
  return json?.begun ? { answer: kept } : { answer: kept, isTextDropped: true };
}

function textOf(blocks: readonly ContentBlock[]): string {
  return blocks.map(textOfBlock).join('');
}

/** Text with citations is text, too. */
function holdsText({ text, citationsContent }: ContentBlock): boolean {
  return text !== undefined || citationsContent !== undefined;
}

function withContent(answer: ConverseAnswer, keeps: (block: ContentBlock) => boolean): ConverseAnswer {
  const content = answer.output?.message?.content?.filter(keeps);
  return { ...answer, output: { message: { role: 'assistant', content } } };
}

function withText(answer: ConverseAnswer, text: string): ConverseAnswer {
  const content = [...(answer.output?.message?.content ?? []), ...(text === '' ? [] : [{ text }])];
  return { ...answer, output: { message: { role: 'assistant', content } } };
}
