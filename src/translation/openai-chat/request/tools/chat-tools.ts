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

/**
 * Reads the tools and the tool choice of a request, or the deprecated `functions` and `function_call`.
 *
 * @throws GatewayError 400 with `param` for an invalid tool or choice
 */
export function readChatTools(request: ChatRequest, adjustments: Adjustments): ToolOptions {
  if (!request.functions?.length) {
    requireNoFunctionChoice(request.function_call);
    const { offers, choice } = readChatToolChoice(request, readOffers(request.tools ?? [], adjustments));
    return { param: 'tools', offers, choice, parallelism: isOneAtMost(request) ? 'one' : 'any' };
  }
  if (request.tools?.length)
    throw badRequest("'functions' is the deprecated form of 'tools'. Send only one of them.", 'functions');
  const tools = request.functions.map((definition): unknown => ({ type: 'function', function: definition }));
  const offers = readOffers(tools as ChatCompletionTool[], adjustments, 'functions');
  // A message has a single `function_call`, so the model may make only one call.
  return {
    param: 'functions',
    offers,
    choice: readFunctionCallField(request.function_call, offers),
    parallelism: 'one',
  };
}

/** Throws GatewayError 400 if a request without `functions` forces a function. */
function requireNoFunctionChoice(choice: unknown): void {
  if (choice === undefined || choice === null || choice === 'auto' || choice === 'none') return;
  if (typeof choice === 'string') throw unsupportedValue('function_call', ['none', 'auto'], choice);
  throw badRequest("'function_call' is only allowed when 'functions' are specified.", 'function_call');
}

/** Returns true if the request allows only one call at a time, in OpenAI's or Anthropic's format. */
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
    const cachePoint = toolCachePoint(tool, param, field);
    return { ...readTool(tool, param, field, adjustments), ...(cachePoint && { cachePoint }) };
  });
  const pathOf = (index: number): string => (field === 'tools' ? (definitionOf(tools[index])?.path ?? '') : '');
  return uniqueTools(offers, (index) => `${field}[${index}]${pathOf(index)}.name`, adjustments);
}

function readTool(tool: ChatCompletionTool, param: string, field: string, adjustments: Adjustments): ToolDefinition {
  const definition = definitionOf(tool);
  if (!definition) {
    throw unsupportedTool(tool, param);
  }
  const { kind, fields, path, schemaField } = definition;
  const at = field === 'tools' ? `${param}${path}` : param;
  if (kind === 'function') return functionTool(fields, at, adjustments, schemaField);
  const { format } = Object(fields) as { format?: unknown };
  return customTool(fields, isRecord(format) ? grammarOf(format) : undefined, at, adjustments);
}

/** Returns the error for an unreadable tool: for a known type its fields are missing; other types are not supported. */
function unsupportedTool(tool: ChatCompletionTool, param: string): GatewayError {
  const { type } = tool as { type?: unknown };
  if (type === 'function' || type === 'custom') {
    return notObject(`${param}.${type}`, (tool as unknown as Record<string, unknown>)[type]);
  }
  return notListed(`${param}.type`, ['function', 'custom'], type);
}

/** Returns the grammar of a custom tool. Chat nests it in `grammar`; the Responses API does not. */
function grammarOf(format: Record<string, unknown>): CustomToolGrammar | undefined {
  if (format['type'] !== 'grammar') return undefined;
  return isRecord(format['grammar']) ? format['grammar'] : format;
}

/** Returns the cache point of a tool. LiteLLM's clients send it within the function instead of beside it. */
function toolCachePoint(tool: object, param: string, field: string): CachePoint | undefined {
  const { cache_control: mark } = tool as { cache_control?: unknown };
  if (mark !== undefined && mark !== null) return cachePointOf(mark, `${param}.cache_control`);
  const { fields, path } = definitionOf(tool) ?? {};
  return isRecord(fields)
    ? cachePointOf(fields['cache_control'], `${field === 'tools' ? `${param}${path}` : param}.cache_control`)
    : undefined;
}
