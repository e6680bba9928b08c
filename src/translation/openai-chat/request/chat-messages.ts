import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';

import { invalidType, notListed } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import type { Adjustments } from '../../adjustments.ts';
import { withCachePoint } from '../../content/cache-control.ts';
import {
  addInstruction,
  type Conversation,
  type SystemInstruction,
  withSystemPrompt,
} from '../../history/system-prompt.ts';
import type { ToolNameMap } from '../../tools/tool-names.ts';
import type { ContentBlock, ConverseMessage } from '../../../wire/converse.ts';
import type { TranslationOptions } from '../../dialect.ts';
import { readAssistantMessage } from './chat-assistant.ts';
import { readChatText, readChatUserContent } from './chat-content.ts';
import { readFunctionMessage, readToolMessage } from './chat-tool-messages.ts';

/** The data that `readMessages` needs besides the messages. */
interface MessagesContext {
  names: ToolNameMap;
  attachments: Attachments;
  options: TranslationOptions;
  /** Instructions outside of the messages, as in Anthropic's `system`. */
  system: readonly SystemInstruction[];
}

/**
 * Converts messages to turns and a system prompt, one turn for each message. `normalizeTurns` merges them later.
 *
 * @throws GatewayError 400 with `param` for an invalid message
 */
export function readMessages(
  messages: readonly ChatCompletionMessageParam[],
  { system, ...context }: MessagesContext,
  adjustments: Adjustments,
): Conversation {
  const instructions: SystemInstruction[] = [...system];
  const turns: ConverseMessage[] = [];
  const conversation = { instructions, turns };
  let functionCalls = 0;
  messages.forEach((message, index) => {
    const param = `messages[${index}]`;
    if (typeof message !== 'object' || message === null) throw invalidType(param, 'an object', message);
    if (message.role === 'assistant' && message.function_call) functionCalls += 1;
    const functionCallId = `function_call_${functionCalls}`;
    const content = withMessageCachePoint(
      readMessage(message, context, functionCallId, param, adjustments),
      message,
      param,
      adjustments,
    );
    if (message.role === 'system' || message.role === 'developer') {
      addInstruction(content as SystemInstruction[], conversation, adjustments);
    } else turns.push({ role: message.role === 'assistant' ? 'assistant' : 'user', content });
    if (hasParticipantName(message)) adjustments.ignored('name');
  });
  return withSystemPrompt(instructions, turns, context.options.model.rules, adjustments);
}

/** Converts the content of one message to Converse blocks. */
function readMessage(
  message: ChatCompletionMessageParam,
  { names, attachments, options }: Omit<MessagesContext, 'system'>,
  functionCallId: string,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  const path = `${param}.content`;
  switch (message.role) {
    case 'system':
    case 'developer':
      return readChatText(message.content, 'system', path, adjustments);
    case 'user':
      return readChatUserContent(message.content, attachments, path, adjustments);
    case 'assistant':
      return readAssistantMessage(message, { names, functionCallId, options }, param, adjustments);
    case 'tool':
      return readToolMessage(message, { attachments, adjustments }, param);
    case 'function':
      return readFunctionMessage(message, { functionCallId, attachments, adjustments }, param);
    default:
      message satisfies never;
      throw notListed(`${param}.role`, ROLES, (message as { role?: unknown }).role);
  }
}

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];

/**
 * Returns true if `name` identifies a participant. On tool results it repeats the name of the tool, which the id of the
 * call already identifies.
 */
function hasParticipantName(message: ChatCompletionMessageParam): boolean {
  return message.role !== 'function' && message.role !== 'tool' && Boolean(message.name);
}

/** Adds the cache point of a message whose `cache_control` is beside its content, as LiteLLM and the AI SDK send it. */
function withMessageCachePoint(
  blocks: ContentBlock[],
  message: object,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (!('cache_control' in message) && !('prompt_cache_breakpoint' in message)) return blocks;
  const last = blocks.at(-1);
  if (last === undefined || last.cachePoint) return blocks;
  return [...blocks.slice(0, -1), ...withCachePoint(last, message, param, adjustments)];
}
