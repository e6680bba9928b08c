import type { ChatCompletionTool } from 'openai/resources/chat/completions';

import { badRequest, type GatewayError } from '../../../../errors/errors.ts';
import { invalidType, notListed, notObject, unsupportedValue } from '../../../../limits/field-errors.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { type CachePoint, cachePointOf } from '../../../content/cache-control.ts';
import { customTool, uniqueTools, functionTool, type CustomToolGrammar } from '../../../tools/tool-definitions.ts';
import type { ToolDefinition, ToolOptions } from '../../../tools/tools.ts';
import { definitionOf } from './chat-tool-definition.ts';
import { readFunctionCallField, readChatToolChoice } from './chat-tool-choice.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';
import type { ChatRequest } from '../../chat-request.types.ts';

/** What the request says about tools, in either of OpenAI's two forms; 400 with `param` where it is no tool. */
export function readChatTools(request: ChatRequest, adjustments: Adjustments): ToolOptions {
  if (!request.functions?.length) {
    requireNoFunctionChoice(request.function_call);
    const { offers, choice } = readChatToolChoice(request, readOffers(request.tools ?? [], adjustments));
    return { param: 'tools', offers, choice, parallelism: isOneAtMost(request) ? 'one' : 'any' };
  }
  if (request.tools?.length) throw badRequest('functions is the old name of tools: give one of them.', 'functions');
  const tools = request.functions.map((definition): unknown => ({ type: 'function', function: definition }));
  const offers = readOffers(tools as ChatCompletionTool[], adjustments, 'functions');
  // A message holds one function_call: a second call could not be told.
  return {
    param: 'functions',
    offers,
    choice: readFunctionCallField(request.function_call, offers),
    parallelism: 'one',
  };
}

/** Throws 400 for a choice among functions in a request without any. */
function requireNoFunctionChoice(choice: unknown): void {
  if (choice === undefined || choice === null || choice === 'auto' || choice === 'none') return;
  if (typeof choice === 'string') throw unsupportedValue('function_call', ['none', 'auto'], choice);
  throw badRequest("'function_call' is only allowed when 'functions' are specified.", 'function_call');
}

/** In OpenAI's words, or in Anthropic's. */
function isOneAtMost({ parallel_tool_calls: parallel, tool_choice: choice }: ChatRequest): boolean {
  if (parallel === false) return true;
  return isRecord(choice) && choice['disable_parallel_tool_use'] === true;
}

function readOffers(
  tools: readonly ChatCompletionTool[],
  adjustments: Adjustments,
  field: 'tools' | 'functions' = 'tools',
): ToolDefinition[] {
  const offers = tools.map((tool, index) => {
    const param = `${field}[${index}]`;
    if (!isRecord(tool)) throw invalidType(param, 'an object', tool);
    const cachePoint = markOf(tool, param, field);
    return { ...readTool(tool, param, field, adjustments), ...(cachePoint && { cachePoint }) };
  });
  const pathOf = (index: number): string => (field === 'tools' ? (definitionOf(tools[index])?.path ?? '') : '');
  return uniqueTools(offers, (index) => `${field}[${index}]${pathOf(index)}.name`, adjustments);
}

function readTool(tool: ChatCompletionTool, param: string, field: string, adjustments: Adjustments): ToolDefinition {
  const definition = definitionOf(tool);
  if (!definition) {
    throw foreignTool(tool, param);
  }
  const { kind, fields, path, schemaField } = definition;
  const at = field === 'tools' ? `${param}${path}` : param;
  if (kind === 'function') return functionTool(fields, at, adjustments, schemaField);
  const { format } = Object(fields) as { format?: unknown };
  return customTool(fields, isRecord(format) ? grammarOf(format) : undefined, at, adjustments);
}

/** A tool of a known type without its fields lacks these fields; any other tool has a type that is not supported. */
function foreignTool(tool: ChatCompletionTool, param: string): GatewayError {
  const { type } = tool as { type?: unknown };
  if (type === 'function' || type === 'custom') {
    return notObject(`${param}.${type}`, (tool as unknown as Record<string, unknown>)[type]);
  }
  return notListed(`${param}.type`, ['function', 'custom'], type);
}

/** OpenAI nests the grammar in chat and has it flat in responses. */
function grammarOf(format: Record<string, unknown>): CustomToolGrammar | undefined {
  if (format['type'] !== 'grammar') return undefined;
  return isRecord(format['grammar']) ? format['grammar'] : format;
}

/** The cache point of a tool, which stands beside its function or, from LiteLLM's clients, in it. */
function markOf(tool: object, param: string, field: string): CachePoint | undefined {
  const { cache_control: mark } = tool as { cache_control?: unknown };
  if (mark !== undefined && mark !== null) return cachePointOf(mark, `${param}.cache_control`);
  const { fields, path } = definitionOf(tool) ?? {};
  return isRecord(fields)
    ? cachePointOf(fields['cache_control'], `${field === 'tools' ? `${param}${path}` : param}.cache_control`)
    : undefined;
}
