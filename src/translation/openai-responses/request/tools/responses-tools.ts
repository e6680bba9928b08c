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

/** Tools that OpenAI runs itself. `tool_search` is one of them unless the client runs it. */
const HOSTED =
  /^(web_search|file_search|code_interpreter|mcp|image_generation|computer|tool_search|programmatic_tool_calling)/;

/** Tools that the client runs. `tool_search` needs `execution: client`. */
const TOOL_TYPES = ['function', 'custom', 'namespace', 'shell', 'local_shell', 'apply_patch', 'tool_search'];

/** What the request says about tools; 400 with `param` where it is no tool, or one that only OpenAI has. */
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

/** The beginning of its name is one of OpenAI's, and only that is reported: the rest may be a client's. */
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
      return [readNamed(tool, param, adjustments)];
    case 'namespace':
      return readNamespace(tool, param, adjustments);
    case 'shell':
    case 'local_shell':
    case 'apply_patch':
      return [clientTool(type)];
    default:
      if (type === 'tool_search' && tool['execution'] === 'client') return [toolSearchTool(tool, param, adjustments)];
      throw foreignTool(type, `${param}.type`);
  }
}

function foreignTool(type: unknown, param: string): Error {
  if (typeof type === 'string' && HOSTED.test(type)) {
    const message = `${type} runs at OpenAI, and Bedrock has nothing like it: offer a function of your own in its place.`;
    return badRequest(message, param, 'unsupported_tool');
  }
  return notListed(param, TOOL_TYPES, type);
}

function readNamed(tool: Fields, param: string, adjustments: Adjustments): ToolDefinition {
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

/** The model gets the tools of a namespace one by one, under joined names, with what the namespace says of itself. */
function readNamespace(tool: Fields, param: string, adjustments: Adjustments): ToolDefinition[] {
  const { name: namespace, description, tools } = tool;
  if (typeof namespace !== 'string') throw notText(`${param}.name`, namespace);
  if (namespace === '') throw emptyString(`${param}.name`);
  if (!Array.isArray(tools)) throw notArray(`${param}.tools`, tools);
  return tools.map((each: unknown, index): ToolDefinition => {
    const path = `${param}.tools[${index}]`;
    if (!isRecord(each)) throw invalidType(path, 'an object', each);
    if (each['type'] !== 'function' && each['type'] !== 'custom') {
      throw notListed(`${path}.type`, ['function', 'custom'], each['type']);
    }
    const offer = readNamed(each, path, adjustments);
    const words = [description, offer.description].filter((text) => typeof text === 'string' && text !== '');
    return { ...offer, name: namespacedName({ name: offer.name, namespace }), description: words.join('\n\n') };
  });
}
