import { readAnswerExtras, type GuardrailTrace } from '../../../answer/answer-extras.ts';
import { matchedStop } from '../../../answer/emulated-stops.ts';
import type { ToolNameMap } from '../../../tools/tool-names.ts';
import type { ToolInput } from '../../../tools/tool-input.ts';
import { usageOfAnswer } from '../../../../wire/usage/converse-usage.ts';
import type { ContentBlock, ConverseAnswer } from '../../../../wire/converse.ts';
import type { AnswerOptions } from '../../../dialect.ts';
import type { MessagesRequest } from '../../types.ts';
import { refusalTextOf } from '../../../answer/model-refusal.ts';
import { messageEndingOf, type MessageEnding, type AnthropicUsage, toAnthropicUsage } from './message-ending.ts';
import { messagesToolNames } from '../request/messages-tools.ts';
import { textOfBlock } from '../../../../wire/block-text.ts';

/** A content block of an answer in Anthropic's format. */
export type MessageBlock =
  | { type: 'text'; text: string; citations: null }
  /** The signature is empty if the model does not sign its thinking. */
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: ToolInput };

/** Fields of an answer that are known at its start. */
export interface MessageStart {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
}

/** Anthropic's message. */
export interface AnthropicMessage extends MessageStart, MessageEnding {
  content: MessageBlock[];
  usage: AnthropicUsage;
  /** Findings of the guardrail, if the trace is enabled. */
  guardrail_trace?: GuardrailTrace[];
}

/** Returns the fields of an answer that are known at its start. */
export function messageStartOf({ id, model }: AnswerOptions): MessageStart {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

/** Converts a Converse answer to Anthropic's message. Expects exactly one answer, because the API has no `n`. */
export function messagesResponse(
  [answer]: readonly ConverseAnswer[],
  request: MessagesRequest,
  answerOptions: AnswerOptions,
): AnthropicMessage {
  const names = messagesToolNames(request);
  const content = (answer?.output?.message?.content ?? []).flatMap((block) => blockOf(block, names));
  const refusal = refusalTextOf(answer?.additionalModelResponseFields);
  if (refusal !== undefined) content.push(anthropicTextBlock(refusal));
  const matched = matchedStop(answer?.additionalModelResponseFields);
  const calls = content.filter(({ type }) => type === 'tool_use').length;
  const { guardrail_trace: trace } = readAnswerExtras(answer ? [answer] : []);
  return {
    ...messageStartOf(answerOptions),
    content,
    ...messageEndingOf({ stopReason: answer?.stopReason, calls, refusal, matched }, request),
    usage: toAnthropicUsage(usageOfAnswer(answer!), answer?.serviceTier),
    ...(trace && { guardrail_trace: trace }),
  };
}

/** Creates a text block in Anthropic's format. */
export function anthropicTextBlock(text: string): MessageBlock {
  return { type: 'text', text, citations: null };
}

/** Converts a block. Drops empty blocks, which clients could not send back. */
function blockOf(block: ContentBlock, names: ToolNameMap): MessageBlock[] {
  if (block.toolUse) {
    const { toolUseId: id = '', name = '', input } = block.toolUse;
    return [{ type: 'tool_use', id, name: names.toClient(name), input: input ?? {} }];
  }
  const { reasoningText, redactedContent } = block.reasoningContent ?? {};
  if (redactedContent) return [{ type: 'redacted_thinking', data: redactedContent }];
  if (reasoningText) {
    const { text: thinking = '', signature = '' } = reasoningText;
    return thinking === '' && signature === '' ? [] : [{ type: 'thinking', thinking, signature }];
  }
  const text = textOfBlock(block);
  return text === '' ? [] : [anthropicTextBlock(text)];
}
