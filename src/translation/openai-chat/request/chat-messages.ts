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

/** What all messages of a request are read with. */
interface Reading {
  names: ToolNameMap;
  attachments: Attachments;
  options: TranslationOptions;
  /** Instructions beside the messages, as Anthropic's requests have them. */
  system: readonly SystemInstruction[];
}

/** Messages one by one, in order; merging and alternating is the business of `normalizeTurns`. */
export function readMessages(
  messages: readonly ChatCompletionMessageParam[],
  { system, ...reading }: Reading,
  adjustments: Adjustments,
): Conversation {
  const instructions: SystemInstruction[] = [...system];
  const turns: ConverseMessage[] = [];
  const soFar = { instructions, turns };
  let functionCalls = 0;
  messages.forEach((message, index) => {
    const param = `messages[${index}]`;
    if (typeof message !== 'object' || message === null) throw invalidType(param, 'an object', message);
    if (message.role === 'assistant' && message.function_call) functionCalls += 1;
    const functionCallId = `function_call_${functionCalls}`;
    const content = marked(
      readMessage(message, reading, functionCallId, param, adjustments),
      message,
      param,
      adjustments,
    );
    if (message.role === 'system' || message.role === 'developer') {
      addInstruction(content as SystemInstruction[], soFar, adjustments);
    } else turns.push({ role: message.role === 'assistant' ? 'assistant' : 'user', content });
    if (hasSpeaker(message)) adjustments.ignored('name');
  });
  return withSystemPrompt(instructions, turns, reading.options.model.rules, adjustments);
}

/** The content of one message as blocks. */
function readMessage(
  message: ChatCompletionMessageParam,
  { names, attachments, options }: Omit<Reading, 'system'>,
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

/** Results of tools repeat the name of the called tool, which the id of the call gives. */
function hasSpeaker(message: ChatCompletionMessageParam): boolean {
  return message.role !== 'function' && message.role !== 'tool' && Boolean(message.name);
}

/** The blocks of a message with the cache point that the message itself asks for, as LiteLLM and the AI SDK write it. */
function marked(blocks: ContentBlock[], message: object, param: string, adjustments: Adjustments): ContentBlock[] {
  if (!('cache_control' in message) && !('prompt_cache_breakpoint' in message)) return blocks;
  const last = blocks.at(-1);
  if (last === undefined || last.cachePoint) return blocks;
  return [...blocks.slice(0, -1), ...withCachePoint(last, message, param, adjustments)];
}
