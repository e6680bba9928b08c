import { readAnswerSources, type CitationSources } from './citations.ts';
import { readSignedThinking, type SignedThinking } from '../thinking-blocks/signed-thinking.ts';
import { refusalTextOf } from './model-refusal.ts';
import { answerEnding } from './stop-reason.ts';
import type { AnswerEnding } from '../../wire/stop-reasons/answer-ending.ts';
import type { ToolInput } from '../tools/tool-input.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import { textOfBlock } from '../../wire/block-text.ts';

/**
 * A tool call of an answer. `name` is the name that the tool has on Bedrock, which can differ from the client's name.
 */
export interface ToolCall {
  id: string;
  name: string;
  input: ToolInput;
  /** Signed thinking blocks between the previous tool call and this one, in order. */
  thinking: readonly SignedThinking[];
}

/** Content of a Converse answer, as the translators of OpenAI's APIs need it. */
export interface AnswerContent {
  text: string;
  /** Readable reasoning text. Empty if the model did not reason or does not disclose its reasoning. */
  reasoning: string;
  /** All signed thinking blocks, in order. */
  thinking: readonly SignedThinking[];
  calls: readonly ToolCall[];
  ending: AnswerEnding;
  sources: CitationSources;
  /** Text of a model refusal that takes the place of structured JSON output. See `model-refusal.ts`. */
  refusal?: string;
}

/**
 * Reads the content of a whole answer. Selects blocks by kind, because thinking can occur before, between and after
 * text. Throws GatewayError 502 for a stop reason that reports malformed output.
 */
export function readConverseAnswer(answer: ConverseAnswer): AnswerContent {
  let text = '';
  let reasoning = '';
  const signedThinking: SignedThinking[] = [];
  let latest: SignedThinking[] = [];
  const calls: ToolCall[] = [];
  const content = answer.output?.message?.content ?? [];
  for (const block of content) {
    text += textOfBlock(block);
    reasoning += block.reasoningContent?.reasoningText?.text ?? '';
    const thinking = readSignedThinking(block);
    if (thinking) {
      signedThinking.push(thinking);
      latest.push(thinking);
    }
    if (block.toolUse) {
      const { toolUseId: id = '', name = '', input } = block.toolUse;
      calls.push({ id, name, input: input ?? {}, thinking: latest });
      latest = [];
    }
  }
  const sources = readAnswerSources(content);
  const refusal = refusalTextOf(answer.additionalModelResponseFields);
  return {
    text,
    reasoning,
    thinking: signedThinking,
    calls,
    ending: answerEnding(answer.stopReason),
    sources,
    ...(refusal && { refusal }),
  };
}
