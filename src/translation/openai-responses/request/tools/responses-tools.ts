import { badRequest } from '../../../../errors/errors.ts';
import { emptyString, invalidType, notArray, notListed, notText } from '../../../../limits/field-errors.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { cachePointOf } from '../../../content/cache-control.ts';
import { customTool, uniqueTools, functionTool, type CustomToolGrammar } from '../../../tools/tool-definitions.ts';
import type { ToolDefinition, ToolOptions } from '../../../tools/tools.ts';
import { clientTool, toolSearchTool } from './responses-client-tools.ts';
import type { TranslationPolicy } from '../../../policy.ts';
import { readResponsesToolChoice } from './responses-tool-choice.ts';
import { namespacedName, requestToolsOf } from './responses-tool-kinds.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../../responses-request.types.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Types of tools that OpenAI hosts. `tool_search` is one of them unless the client runs it. */
const HOSTED =
  /^(web_search|file_search|code_interpreter|mcp|image_generation|computer|tool_search|programmatic_tool_calling)/;

/** Types of tools that the client runs. `tool_search` needs `execution: client`. */
const TOOL_TYPES = ['function', 'custom', 'namespace', 'shell', 'local_shell', 'apply_patch', 'tool_search'];

/**
 * Reads the tools and the tool choice of a request.
 *
 * @throws GatewayError 400 with `param` for an invalid tool or choice, and for a hosted tool unless `responses.hostedTools`
 * is `ignore`
 */
export function readResponsesTools(
  request: ResponsesRequest,
  { responses }: Pick<TranslationPolicy, 'responses'>,
  adjustments: Adjustments,
): ToolOptions {
  if (request.tools !== undefined && request.tools !== null && !Array.isArray(request.tools)) {
    throw invalidType('tools', 'an array', request.tools);
  }
  const offers: ToolDefinition[] = [];
  const params: string[] = [];
  for (const { tool, param } of requestToolsOf(request)) {
    if (responses?.hostedTools === 'ignore' && isHosted(tool)) {
      adjustments.dropped(`tools.${HOSTED.exec(tool.type)?.[1] ?? 'hosted'}`);
      continue;
    }
    for (const offer of readTool(tool, param, adjustments)) {
      offers.push(offer);
      params.push(`${param}.name`);
    }
  }
  const distinct = uniqueTools(offers, (index) => params[index] ?? 'tools', adjustments);
  return {
    param: 'tools',
    ...readResponsesToolChoice(request, distinct),
    parallelism: request.parallel_tool_calls === false ? 'one' : 'any',
  };
}

/** Returns true for a tool that OpenAI hosts. Only the known prefix of its type is reported, because a client may append text. */
function isHosted(tool: unknown): tool is { type: string } {
  if (!isRecord(tool) || (tool['type'] === 'tool_search' && tool['execution'] === 'client')) return false;
  return typeof tool['type'] === 'string' && HOSTED.test(tool['type']) && /^\w+$/.test(tool['type']);
}

function readTool(tool: unknown, param: string, adjustments: Adjustments): ToolDefinition[] {
  if (!isRecord(tool)) throw invalidType(param, 'an object', tool);
  const { type } = tool;
  switch (type) {
    case 'function':
    case 'custom':
      return [readNamedTool(tool, param, adjustments)];
    case 'namespace':
      return readNamespace(tool, param, adjustments);
    case 'shell':
    case 'local_shell':
    case 'apply_patch':
      return [clientTool(type)];
    default:
      if (type === 'tool_search' && tool['execution'] === 'client') return [toolSearchTool(tool, param, adjustments)];
      throw unsupportedTool(type, `${param}.type`);
  }
}

function unsupportedTool(type: unknown, param: string): Error {
  if (typeof type === 'string' && HOSTED.test(type)) {
    const message = `Tools of type '${type}' are hosted by OpenAI and not available on Bedrock. Send a function instead.`;
    return badRequest(message, param, 'unsupported_tool');
  }
  return notListed(param, TOOL_TYPES, type);
}

function readNamedTool(tool: Fields, param: string, adjustments: Adjustments): ToolDefinition {
  const cachePoint = cachePointOf(tool['cache_control'], `${param}.cache_control`);
  const offer =
    tool['type'] === 'custom'
      ? customTool(tool, grammarOf(tool['format']), param, adjustments)
      : functionTool(tool, param, adjustments);
  return { ...offer, ...(cachePoint && { cachePoint }) };
}

function grammarOf(format: unknown): CustomToolGrammar | undefined {
  return isRecord(format) && format['type'] === 'grammar' ? format : undefined;
}

/** Converts a namespace to its tools. Each has the namespace in its name and the namespace's description before its own. */
function readNamespace(tool: Fields, param: string, adjustments: Adjustments): ToolDefinition[] {
  const { name: namespace, description, tools } = tool;
  if (typeof namespace !== 'string') throw notText(`${param}.name`, namespace);
  if (namespace === '') throw emptyString(`${param}.name`);
  if (!Array.isArray(tools)) throw notArray(`${param}.tools`, tools);
  return tools.map((nested: unknown, index): ToolDefinition => {
    const path = `${param}.tools[${index}]`;
    if (!isRecord(nested)) throw invalidType(path, 'an object', nested);
    if (nested['type'] !== 'function' && nested['type'] !== 'custom') {
      throw notListed(`${path}.type`, ['function', 'custom'], nested['type']);
    }
    const offer = readNamedTool(nested, path, adjustments);
    const descriptions = [description, offer.description].filter((text) => typeof text === 'string' && text !== '');
    return { ...offer, name: namespacedName({ name: offer.name, namespace }), description: descriptions.join('\n\n') };
  });
}
