import { answerExtras, type GuardrailTrace } from '../../../answer/answer-extras.ts';
import { matchedStop } from '../../../answer/emulated-stops.ts';
import type { ToolNames } from '../../../tools/tool-names.ts';
import type { ToolInput } from '../../../tools/tool-input.ts';
import { usageOfAnswer } from '../../../../wire/usage.ts';
import type { ContentBlock, ConverseAnswer } from '../../../../wire/converse.ts';
import type { Reply } from '../../../dialect.ts';
import type { MessagesRequest } from '../../types.ts';
import { refusalIn } from '../../../answer/model-refusal.ts';
import { endingOf, type Ending, type MessageUsage, messageUsage } from './message-ending.ts';
import { toolNamesOf } from '../request/messages-tools.ts';
import { textOf } from '../../../../wire/block-text.ts';

/** A block of an answer as Anthropic has it. */
export type MessageBlock =
  | { type: 'text'; text: string; citations: null }
  /** Without a signature where the model signs nothing. */
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: ToolInput };

/** What an answer has from its beginning on. */
export interface MessageHead {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
}

/** Anthropic's message. */
export interface MessagesAnswer extends MessageHead, Ending {
  content: MessageBlock[];
  usage: MessageUsage;
  /** What the guardrail found; only where the trace is switched on. */
  guardrail_trace?: GuardrailTrace[];
}

export function headOf({ id, model }: Reply): MessageHead {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

/** The first answer is the only one: one request is one call. */
export function messagesResponse(
  [answer]: readonly ConverseAnswer[],
  request: MessagesRequest,
  reply: Reply,
): MessagesAnswer {
  const names = toolNamesOf(request);
  const content = (answer?.output?.message?.content ?? []).flatMap((block) => blockOf(block, names));
  const refusal = refusalIn(answer?.additionalModelResponseFields);
  if (refusal !== undefined) content.push(textBlock(refusal));
  const matched = matchedStop(answer?.additionalModelResponseFields);
  const calls = content.filter(({ type }) => type === 'tool_use').length;
  const { guardrail_trace: trace } = answerExtras(answer ? [answer] : []);
  return {
    ...headOf(reply),
    content,
    ...endingOf({ stopReason: answer?.stopReason, calls, refusal, matched }, request),
    usage: messageUsage(usageOfAnswer(answer!), answer?.serviceTier),
    ...(trace && { guardrail_trace: trace }),
  };
}

export function textBlock(text: string): MessageBlock {
  return { type: 'text', text, citations: null };
}

/** Blocks keep their order; empty ones are left out, since nobody may send them back. */
function blockOf(block: ContentBlock, names: ToolNames): MessageBlock[] {
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
  const text = textOf(block);
  return text === '' ? [] : [textBlock(text)];
}
