import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionFunctionMessageParam,
  ChatCompletionMessageToolCall,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions';

import { invalidType, notListed, notObject, notText } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import type { Adjustments } from '../../adjustments.ts';
import { withoutLoneSurrogates } from '../../content/text-blocks.ts';
import { CUSTOM_TOOL_INPUT_PROPERTY } from '../../tools/custom-tool-input.ts';
import { parseToolArguments } from '../../tools/tool-input.ts';
import type { ToolNameMap } from '../../tools/tool-names.ts';
import { toToolResult, type PreparedToolResult } from '../../tools/tool-result.ts';
import type { ContentBlock } from '../../../wire/converse.ts';
import type { ToolCallRef } from '../../dialect.ts';
import { readShownContent } from './chat-content.ts';
import { callPartsOf, readCallParts } from './chat-foreign-parts.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** A tool's result with what clients say beside OpenAI's fields: Anthropic's word for a failed call. */
export type ToolMessage = ChatCompletionToolMessageParam & { is_error?: unknown };

/** The calls of a message of the assistant, in both of OpenAI's forms; the deprecated one has no id of its own. */
export function readToolCalls(
  message: ChatCompletionAssistantMessageParam,
  { names, functionCallId }: { names: ToolNameMap; functionCallId: string },
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  const calls = message.tool_calls ?? [];
  if (!Array.isArray(calls)) throw invalidType(`${param}.tool_calls`, 'an array of objects', calls);
  const blocks = [
    ...readCallParts(message.content, names, `${param}.content`, adjustments),
    ...calls.map((call: ChatCompletionMessageToolCall, index) =>
      readCall(call, names, `${param}.tool_calls[${index}]`, adjustments),
    ),
  ];
  const call: unknown = message.function_call ?? undefined;
  if (call === undefined) return blocks;
  const name = nameOf(call, `${param}.function_call`);
  const input = parseToolArguments((call as { arguments?: unknown }).arguments, adjustments);
  return [...blocks, { toolUse: { toolUseId: functionCallId, name: names.toBedrock(name), input } }];
}

function readCall(
  call: ChatCompletionMessageToolCall,
  names: ToolNameMap,
  param: string,
  adjustments: Adjustments,
): ContentBlock {
  if (!isRecord(call)) throw invalidType(param, 'an object', call);
  const toolUseId = readId(call.id, `${param}.id`);
  // Several servers and clients leave the type of calls out.
  if ((call.type ?? 'function') === 'function') {
    const { function: made } = call as { function?: { arguments?: unknown } };
    const name = names.toBedrock(nameOf(made, `${param}.function`));
    return { toolUse: { toolUseId, name, input: parseToolArguments(made?.arguments, adjustments) } };
  }
  if (call.type !== 'custom') throw notListed(`${param}.type`, ['function', 'custom'], call.type);
  const name = names.toBedrock(nameOf(call.custom, `${param}.custom`));
  const { input } = call.custom;
  if (typeof input !== 'string') throw notText(`${param}.custom.input`, input);
  return { toolUse: { toolUseId, name, input: { [CUSTOM_TOOL_INPUT_PROPERTY]: withoutLoneSurrogates(input) } } };
}

/** What results are read with. */
interface Reading {
  attachments: Attachments;
  adjustments: Adjustments;
}

/** The result of a call as it stands in the user's turn; a cache point in it stands behind it. */
export function readToolMessage(message: ToolMessage, reading: Reading, param: string): ContentBlock[] {
  const status = message.is_error === true ? 'error' : undefined;
  const toolUseId = readId(message.tool_call_id, `${param}.tool_call_id`);
  const { content, points } = readResult(message.content, reading, `${param}.content`);
  return [{ toolResult: { toolUseId, content, ...(status && { status }) } }, ...points];
}

/** The deprecated form names the function and no call: it answers the one before it. */
export function readFunctionMessage(
  message: ChatCompletionFunctionMessageParam,
  { functionCallId, ...reading }: Reading & { functionCallId: string },
  param: string,
): ContentBlock[] {
  const { content, points } = readResult(message.content ?? '', reading, `${param}.content`);
  return [{ toolResult: { toolUseId: functionCallId, content } }, ...points];
}

/** Names of tools that a message of the assistant calls, for the map of names; what is no name is left to `readCalls`. */
export function toolNamesInMessage(message: unknown): string[] {
  return madeCalls(message).flatMap(({ made }) => nameIn(made) ?? []);
}

/** The calls of a message of the assistant that have an id and a name. */
export function chatToolCallRefs(message: unknown): ToolCallRef[] {
  return madeCalls(message).flatMap(({ id, made }) => {
    const name = nameIn(made);
    return typeof id === 'string' && name !== undefined ? [{ id, name }] : [];
  });
}

interface MadeCall {
  id?: unknown;
  made: unknown;
}

const NO_CALLS: readonly MadeCall[] = [];
const NO_PARTS: ReturnType<typeof callPartsOf> = [];

function madeCalls(message: unknown): readonly MadeCall[] {
  if (!isRecord(message)) return NO_CALLS;
  // Nearly every message.
  const { content } = message;
  const parts = message['role'] === 'assistant' && Array.isArray(content) ? callPartsOf(content) : NO_PARTS;
  if (parts.length === 0 && message['tool_calls'] === undefined && message['function_call'] === undefined) {
    return NO_CALLS;
  }
  const calls: unknown = message['tool_calls'];
  const made = (Array.isArray(calls) ? (calls as unknown[]) : [])
    .filter(isRecord)
    .map((call) => ({ id: call['id'], made: call['function'] ?? call['custom'] }));
  const inContent = parts.map((part) => ({ id: part['id'], made: part }));
  return [...inContent, ...made, { made: message['function_call'] }];
}

function nameIn(made: unknown): string | undefined {
  return isRecord(made) && typeof made['name'] === 'string' ? made['name'] : undefined;
}

function readResult(content: unknown, { attachments, adjustments }: Reading, param: string): PreparedToolResult {
  return toToolResult(content, param, (parts) => readShownContent(parts as string, attachments, param, adjustments));
}

function readId(id: unknown, param: string): string {
  if (typeof id === 'string') return id;
  throw notText(param, id);
}

function nameOf(made: unknown, param: string): string {
  const name = nameIn(made);
  // Models make calls without a name, and the session has to go on: the name goes out as another one.
  if (name !== undefined) return name;
  if (!isRecord(made)) throw notObject(param, made);
  throw notText(`${param}.name`, made['name']);
}
