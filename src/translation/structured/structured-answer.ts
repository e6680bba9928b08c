import { textOfBlock } from '../../wire/block-text.ts';
import type { ContentBlock, ConverseAnswer } from '../../wire/converse.ts';
import { stopReasonRow } from '../../wire/stop-reasons/stop-reasons.ts';
import type { SchemaCheck, ExpectedOutput } from '../json-schema/expected-output.ts';
import { extractJson } from './json-text/json-extraction.ts';
import { JsonTextFilter } from './json-text/json-text-stream.ts';
import { isModelRefusal, refusalFinishReason } from '../answer/model-refusal.ts';

/** An answer whose JSON is text, whatever the output format. */
export interface CheckedAnswer<Answer = ConverseAnswer> {
  answer: Answer;
  /** The first violation of the schema; absent if the answer conforms or is not checked. */
  problem?: string;
  /** The reason why the answer could not be checked. */
  unchecked?: string;
  /** True if text was removed because the answer calls tools of the client. */
  isTextDropped?: true;
}

/** Returns true if an answer with this stop reason must conform to its schema. */
export function isCompleteAnswer(stopReason: string | undefined): boolean {
  return stopReasonRow(stopReason).structured !== 'pass';
}

/**
 * Returns true if a stop sequence of the client ended the answer. It may occur within the JSON, and OpenAI's API returns
 * the truncated answer as well.
 */
export function endedByStopSequence(stopReason: string | undefined): boolean {
  return stopReason === 'stop_sequence';
}

/**
 * Returns true if the client receives the text of an answer that also calls its tools: the text of a loose format, or the
 * message of a guardrail.
 *
 * OpenAI's libraries parse all text of a strict answer as JSON and throw for other text, such as the announcement of a call.
 */
export function keepsTextBesideCalls({ isLoose }: ExpectedOutput, stopReason: string | undefined): boolean {
  if (isLoose === true) return true;
  const row = stopReasonRow(stopReason);
  return 'isGuardrailText' in row;
}

/** Returns the entry of `x-outcrop-adjusted` for `isTextDropped`. `field` is the path of the field that asks for JSON. */
export function textDroppedNote(field: string): string {
  return `${field}=text_beside_calls_dropped`;
}

/** Converts the JSON of a whole answer to text and checks it. */
export async function checkStructuredAnswer(
  answer: ConverseAnswer,
  expected: ExpectedOutput,
  check: SchemaCheck,
): Promise<CheckedAnswer> {
  const blocks = answer.output?.message?.content ?? [];
  const isAnswerTool = ({ toolUse }: ContentBlock): boolean =>
    toolUse !== undefined && toolUse.name === expected.toolName && expected.format === 'tool';
  const calls = blocks.filter((block) => block.toolUse && !isAnswerTool(block));
  // If the model calls tools of the client, the JSON follows in the answer to a later request with their results.
  if (calls.length > 0)
    return withoutTextBesideCalls(
      withContent(answer, (block) => !isAnswerTool(block)),
      expected,
    );

  const input = blocks.find(isAnswerTool)?.toolUse?.input;
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

/** Removes the text of an answer that calls tools, except JSON. The result equals that of a streamed answer. */
function withoutTextBesideCalls(answer: ConverseAnswer, expected: ExpectedOutput): CheckedAnswer {
  const blocks = answer.output?.message?.content ?? [];
  const text = textOf(blocks);
  if (text === '' || keepsTextBesideCalls(expected, answer.stopReason)) return { answer };
  const json = expected.format === 'tool' ? undefined : new JsonTextFilter(expected.schema);
  const read = blocks.map((block) => (holdsText(block) ? { text: json?.push(textOfBlock(block)) ?? '' } : block));
  const content = read.filter((block) => block.text !== '');
  const converted: ConverseAnswer = { ...answer, output: { message: { role: 'assistant', content } } };
  return json?.begun ? { answer: converted } : { answer: converted, isTextDropped: true };
}

function textOf(blocks: readonly ContentBlock[]): string {
  return blocks.map(textOfBlock).join('');
}

/** Returns true for a block of text, with or without citations. */
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
