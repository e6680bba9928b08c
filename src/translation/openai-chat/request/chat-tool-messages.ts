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
import { readMediaContent } from './chat-content.ts';
import { callPartsOf, readCallParts } from './chat-other-api-parts.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** OpenAI's tool message, with Anthropic's `is_error`, which some clients add. */
export type ToolMessage = ChatCompletionToolMessageParam & { is_error?: unknown };

/**
 * Converts the tool calls of an assistant message: those among the content parts, `tool_calls`, and the deprecated
 * `function_call`.
 *
 * @param functionCallId - id for `function_call`, which has none in OpenAI's API
 * @param param - path of the message
 * @throws GatewayError 400 with `param` for an invalid call
 */
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
  // Several servers and clients omit the type of calls.
  if ((call.type ?? 'function') === 'function') {
    const { function: called } = call as { function?: { arguments?: unknown } };
    const name = names.toBedrock(nameOf(called, `${param}.function`));
    return { toolUse: { toolUseId, name, input: parseToolArguments(called?.arguments, adjustments) } };
  }
  if (call.type !== 'custom') throw notListed(`${param}.type`, ['function', 'custom'], call.type);
  const name = names.toBedrock(nameOf(call.custom, `${param}.custom`));
  const { input } = call.custom;
  if (typeof input !== 'string') throw notText(`${param}.custom.input`, input);
  return { toolUse: { toolUseId, name, input: { [CUSTOM_TOOL_INPUT_PROPERTY]: withoutLoneSurrogates(input) } } };
}

/** The data that the readers of tool results need besides the message. */
interface ToolResultContext {
  attachments: Attachments;
  adjustments: Adjustments;
}

/**
 * Converts a tool message to a `toolResult` block. A cache point in its content is added after the block.
 *
 * @param param - path of the message
 * @throws GatewayError 400 with `param` for an invalid result
 */
export function readToolMessage(message: ToolMessage, context: ToolResultContext, param: string): ContentBlock[] {
  const status = message.is_error === true ? 'error' : undefined;
  const toolUseId = readId(message.tool_call_id, `${param}.tool_call_id`);
  const { content, points } = readResult(message.content, context, `${param}.content`);
  return [{ toolResult: { toolUseId, content, ...(status && { status }) } }, ...points];
}

/**
 * Converts a deprecated function message. It has no call id, so it is the result of the preceding `function_call`.
 *
 * @param param - path of the message
 */
export function readFunctionMessage(
  message: ChatCompletionFunctionMessageParam,
  { functionCallId, ...context }: ToolResultContext & { functionCallId: string },
  param: string,
): ContentBlock[] {
  const { content, points } = readResult(message.content ?? '', context, `${param}.content`);
  return [{ toolResult: { toolUseId: functionCallId, content } }, ...points];
}

/** Returns the names of the tools that an assistant message calls. Skips invalid calls, which `readToolCalls` reports. */
export function toolNamesInMessage(message: unknown): string[] {
  return rawToolCalls(message).flatMap(({ called }) => nameIn(called) ?? []);
}

/** Returns the calls of an assistant message that have an id and a name. */
export function chatToolCallRefs(message: unknown): ToolCallRef[] {
  return rawToolCalls(message).flatMap(({ id, called }) => {
    const name = nameIn(called);
    return typeof id === 'string' && name !== undefined ? [{ id, name }] : [];
  });
}

/** A tool call of any format, not yet validated. */
interface RawToolCall {
  id?: unknown;
  /** The object that holds the name of the tool. */
  called: unknown;
}

const NO_CALLS: readonly RawToolCall[] = [];
const NO_PARTS: ReturnType<typeof callPartsOf> = [];

function rawToolCalls(message: unknown): readonly RawToolCall[] {
  if (!isRecord(message)) return NO_CALLS;
  // Most messages have no calls, so they return without an allocation.
  const { content } = message;
  const parts = message['role'] === 'assistant' && Array.isArray(content) ? callPartsOf(content) : NO_PARTS;
  if (parts.length === 0 && message['tool_calls'] === undefined && message['function_call'] === undefined) {
    return NO_CALLS;
  }
  const calls: unknown = message['tool_calls'];
  const inField = (Array.isArray(calls) ? (calls as unknown[]) : [])
    .filter(isRecord)
    .map((call) => ({ id: call['id'], called: call['function'] ?? call['custom'] }));
  const inContent = parts.map((part) => ({ id: part['id'], called: part }));
  return [...inContent, ...inField, { called: message['function_call'] }];
}

function nameIn(called: unknown): string | undefined {
  return isRecord(called) && typeof called['name'] === 'string' ? called['name'] : undefined;
}

function readResult(
  content: unknown,
  { attachments, adjustments }: ToolResultContext,
  param: string,
): PreparedToolResult {
  return toToolResult(content, param, (parts) => readMediaContent(parts as string, attachments, param, adjustments));
}

function readId(id: unknown, param: string): string {
  if (typeof id === 'string') return id;
  throw notText(param, id);
}

function nameOf(called: unknown, param: string): string {
  const name = nameIn(called);
  // Models sometimes call a tool with an empty name. It passes here, and `ToolNameMap` replaces it, so that the session can
  // continue.
  if (name !== undefined) return name;
  if (!isRecord(called)) throw notObject(param, called);
  throw notText(`${param}.name`, called['name']);
}
