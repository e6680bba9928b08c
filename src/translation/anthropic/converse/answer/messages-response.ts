import { readAnswerExtras, type GuardrailTrace } from '../../../answer/answer-extras.ts';
import { matchedStop } from '../../../answer/emulated-stops.ts';
import type { ToolNameMap } from '../../../tools/tool-names.ts';
import type { ToolInput } from '../../../tools/tool-input.ts';
import { usageOfAnswer } from '../../../../wire/usage.ts';
import type { ContentBlock, ConverseAnswer } from '../../../../wire/converse.ts';
import type { AnswerOptions } from '../../../dialect.ts';
import type { MessagesRequest } from '../../types.ts';
import { refusalTextOf } from '../../../answer/model-refusal.ts';
import { messageEndingOf, type MessageEnding, type AnthropicUsage, toAnthropicUsage } from './message-ending.ts';
import { messagesToolNames } from '../request/messages-tools.ts';
import { textOfBlock } from '../../../../wire/block-text.ts';

/** A block of an answer as Anthropic has it. */
export type MessageBlock =
  | { type: 'text'; text: string; citations: null }
  /** Without a signature where the model signs nothing. */
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: ToolInput };

/** What an answer has from its beginning on. */
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
  /** What the guardrail found; only where the trace is switched on. */
  guardrail_trace?: GuardrailTrace[];
}

export function messageStartOf({ id, model }: AnswerOptions): MessageStart {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

/** The first answer is the only one: one request is one call. */
export function messagesResponse(
  [answer]: readonly ConverseAnswer[],
  request: MessagesRequest,
  reply: AnswerOptions,
): AnthropicMessage {
  const names = messagesToolNames(request);
  const content = (answer?.output?.message?.content ?? []).flatMap((block) => blockOf(block, names));
  const refusal = refusalTextOf(answer?.additionalModelResponseFields);
  if (refusal !== undefined) content.push(anthropicTextBlock(refusal));
  const matched = matchedStop(answer?.additionalModelResponseFields);
  const calls = content.filter(({ type }) => type === 'tool_use').length;
  const { guardrail_trace: trace } = readAnswerExtras(answer ? [answer] : []);
  return {
    ...messageStartOf(reply),
    content,
    ...messageEndingOf({ stopReason: answer?.stopReason, calls, refusal, matched }, request),
    usage: toAnthropicUsage(usageOfAnswer(answer!), answer?.serviceTier),
    ...(trace && { guardrail_trace: trace }),
  };
}

export function anthropicTextBlock(text: string): MessageBlock {
  return { type: 'text', text, citations: null };
}

/** Blocks keep their order; empty ones are left out, since nobody may send them back. */
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
