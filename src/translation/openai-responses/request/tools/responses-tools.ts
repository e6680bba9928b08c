import { badRequest } from '../../../../errors/errors.ts';
import { emptyString, invalidType, notArray, notListed, notText } from '../../../../limits/field-errors.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { cachePointOf } from '../../../content/cache-control.ts';
import { customOffer, distinctOffers, functionOffer, type Grammar } from '../../../tools/tool-definitions.ts';
import type { ToolOffer, ToolWish } from '../../../tools/tools.ts';
import { clientToolOffer, toolSearchOffer } from './responses-client-tools.ts';
import type { TranslationPolicy } from '../../../policy.ts';
import { readToolChoice } from './responses-tool-choice.ts';
import { joinedName, toolsOf } from './responses-tool-kinds.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../../responses-request.types.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Tools that OpenAI runs itself. `tool_search` is one of them unless the client runs it. */
const HOSTED =
  /^(web_search|file_search|code_interpreter|mcp|image_generation|computer|tool_search|programmatic_tool_calling)/;

/** Tools that the client runs. `tool_search` needs `execution: client`. */
const TOOL_TYPES = ['function', 'custom', 'namespace', 'shell', 'local_shell', 'apply_patch', 'tool_search'];

/** What the request says about tools; 400 with `param` where it is no tool, or one that only OpenAI has. */
export function readTools(
  request: ResponsesRequest,
  { responses }: Pick<TranslationPolicy, 'responses'>,
  adjustments: Adjustments,
): ToolWish {
  if (request.tools !== undefined && request.tools !== null && !Array.isArray(request.tools)) {
    throw invalidType('tools', 'an array', request.tools);
  }
  const offers: ToolOffer[] = [];
  const params: string[] = [];
  for (const { tool, param } of toolsOf(request)) {
    if (responses?.hostedTools === 'ignore' && isHosted(tool)) {
      adjustments.dropped(`tools.${HOSTED.exec(tool.type)?.[1] ?? 'hosted'}`);
      continue;
    }
    for (const offer of readTool(tool, param, adjustments)) {
      offers.push(offer);
      params.push(`${param}.name`);
    }
  }
  const distinct = distinctOffers(offers, (index) => params[index] ?? 'tools', adjustments);
  return {
    param: 'tools',
    ...readToolChoice(request, distinct),
    parallelism: request.parallel_tool_calls === false ? 'one' : 'any',
  };
}

/** The beginning of its name is one of OpenAI's, and only that is reported: the rest may be a client's. */
function isHosted(tool: unknown): tool is { type: string } {
  if (!isRecord(tool) || (tool['type'] === 'tool_search' && tool['execution'] === 'client')) return false;
  return typeof tool['type'] === 'string' && HOSTED.test(tool['type']) && /^\w+$/.test(tool['type']);
}

function readTool(tool: unknown, param: string, adjustments: Adjustments): ToolOffer[] {
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
      return [clientToolOffer(type)];
    default:
      if (type === 'tool_search' && tool['execution'] === 'client') return [toolSearchOffer(tool, param, adjustments)];
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

function readNamed(tool: Fields, param: string, adjustments: Adjustments): ToolOffer {
  const cachePoint = cachePointOf(tool['cache_control'], `${param}.cache_control`);
  const offer =
    tool['type'] === 'custom'
      ? customOffer(tool, grammarOf(tool['format']), param, adjustments)
      : functionOffer(tool, param, adjustments);
  return { ...offer, ...(cachePoint && { cachePoint }) };
}

function grammarOf(format: unknown): Grammar | undefined {
  return isRecord(format) && format['type'] === 'grammar' ? format : undefined;
}

/** The model gets the tools of a namespace one by one, under joined names, with what the namespace says of itself. */
function readNamespace(tool: Fields, param: string, adjustments: Adjustments): ToolOffer[] {
  const { name: namespace, description, tools } = tool;
  if (typeof namespace !== 'string') throw notText(`${param}.name`, namespace);
  if (namespace === '') throw emptyString(`${param}.name`);
  if (!Array.isArray(tools)) throw notArray(`${param}.tools`, tools);
  return tools.map((each: unknown, index): ToolOffer => {
    const path = `${param}.tools[${index}]`;
    if (!isRecord(each)) throw invalidType(path, 'an object', each);
    if (each['type'] !== 'function' && each['type'] !== 'custom') {
      throw notListed(`${path}.type`, ['function', 'custom'], each['type']);
    }
    const offer = readNamed(each, path, adjustments);
    const words = [description, offer.description].filter((text) => typeof text === 'string' && text !== '');
    return { ...offer, name: joinedName({ name: offer.name, namespace }), description: words.join('\n\n') };
  });
}
