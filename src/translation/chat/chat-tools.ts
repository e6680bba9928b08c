import type { ChatCompletionTool } from 'openai/resources/chat/completions';
import type { FunctionDefinition } from 'openai/resources/shared';

import { badRequest } from '../../errors.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import { cachePointOf } from '../converse/cache-control.ts';
import { isTooDeep, MOST_LEVELS } from '../converse/nesting.ts';
import { isRecord } from '../converse/tool-input.ts';
import type { ToolOffer, ToolWish } from '../converse/tools.ts';
import { readFunctionChoice, readToolChoice } from './chat-tool-choice.ts';
import type { ChatRequest } from './chat-request.ts';

/** The one property of a custom tool's input: its text. */
export const CUSTOM_INPUT = 'input';

/** What the request says about tools, in either of OpenAI's two forms; 400 with `param` where it is no tool. */
export function readTools(request: ChatRequest, adjustments: Adjustments): ToolWish {
  if (!request.functions?.length) {
    const { offers, choice } = readToolChoice(request, readOffers(request.tools ?? [], adjustments));
    return { param: 'tools', offers, choice, parallelism: request.parallel_tool_calls === false ? 'one' : 'any' };
  }
  if (request.tools?.length) throw badRequest('functions is the old name of tools: give one of them.', 'functions');
  const tools = request.functions.map((definition): unknown => ({ type: 'function', function: definition }));
  const offers = readOffers(tools as ChatCompletionTool[], adjustments, 'functions');
  // A message holds one function_call: a second call could not be told.
  return { param: 'functions', offers, choice: readFunctionChoice(request.function_call, offers), parallelism: 'one' };
}

function readOffers(
  tools: readonly ChatCompletionTool[],
  adjustments: Adjustments,
  field: 'tools' | 'functions' = 'tools',
): ToolOffer[] {
  const offers = new Map<string, ToolOffer>();
  tools.forEach((tool, index) => {
    const param = `${field}[${index}]`;
    if (!isRecord(tool)) throw badRequest('A tool must be an object.', param);
    const cachePoint = cachePointOf((tool as { cache_control?: unknown }).cache_control, `${param}.cache_control`);
    const offer = { ...readTool(tool, param, field, adjustments), ...(cachePoint && { cachePoint }) };
    const other = offers.get(offer.name);
    // "Tool names must be unique": clients that collect tools from several places send some of them twice.
    if (other && JSON.stringify(other) !== JSON.stringify(offer)) {
      throw badRequest(`Two different tools are called ${JSON.stringify(offer.name)}.`, `${param}.function.name`);
    }
    if (other) adjustments.changed('tools', 'duplicates_dropped');
    else offers.set(offer.name, offer);
  });
  return [...offers.values()];
}

function readTool(tool: ChatCompletionTool, param: string, field: string, adjustments: Adjustments): ToolOffer {
  switch (tool.type) {
    case 'function':
      return readFunction(tool.function, field === 'tools' ? `${param}.function` : param, adjustments);
    case 'custom':
      return readCustom(tool.custom, `${param}.custom`, adjustments);
    default:
      tool satisfies never;
      throw badRequest('A tool must be of type function or custom.', `${param}.type`);
  }
}

function readFunction(definition: FunctionDefinition, param: string, adjustments: Adjustments): ToolOffer {
  if (!isRecord(definition)) throw badRequest('A function must be an object.', param);
  return {
    name: readName(definition.name, param),
    ...readDescription(definition.description, param),
    schema: readSchema(definition.parameters, `${param}.parameters`, adjustments),
    strict: definition.strict === true,
  };
}

/** Converse knows no custom tools: one is a function whose only input is the text. A grammar is told in words. */
function readCustom(
  custom: Extract<ChatCompletionTool, { type: 'custom' }>['custom'],
  param: string,
  adjustments: Adjustments,
): ToolOffer {
  if (!isRecord(custom)) throw badRequest('A custom tool must be an object.', param);
  const name = readName(custom.name, param);
  const { description = '' } = readDescription(custom.description, param);
  const input = { type: 'string', description: 'The input of the tool, as plain text.' };
  const grammar = custom.format?.type === 'grammar' ? custom.format.grammar : undefined;
  if (grammar) {
    adjustments.changed('tools.custom.format', 'described');
    input.description += ` It must conform to this ${grammar.syntax} grammar:\n${grammar.definition}`;
  }
  const schema = { type: 'object', properties: { [CUSTOM_INPUT]: input }, required: [CUSTOM_INPUT] };
  return { name, description, schema: { ...schema, additionalProperties: false }, strict: false };
}

function readName(name: unknown, param: string): string {
  if (typeof name === 'string' && name !== '') return name;
  throw badRequest('A tool needs a name.', `${param}.name`);
}

function readDescription(description: unknown, param: string): { description?: string } {
  if (description === undefined || description === null) return {};
  if (typeof description !== 'string') throw badRequest('A description must be a string.', `${param}.description`);
  return { description };
}

/** "inputSchema.json.type must be one of the following: object": what has no type has none because it is one. */
function readSchema(parameters: unknown, param: string, adjustments: Adjustments): ToolOffer['schema'] {
  if (parameters === undefined || parameters === null) return { type: 'object', properties: {} };
  if (!isRecord(parameters)) throw badRequest('parameters must be a JSON schema of an object.', param);
  if (isTooDeep(parameters)) throw badRequest(`A schema may be nested ${MOST_LEVELS} levels deep.`, param);
  if (parameters['type'] === 'object') return parameters;
  const { type } = parameters;
  const mayBeObject = type === undefined || type === null || (Array.isArray(type) && type.includes('object'));
  if (!mayBeObject) throw badRequest('The input of a tool is an object.', `${param}.type`);
  if (Object.keys(parameters).length > 0) adjustments.changed('tools.parameters', 'type_object');
  return { ...parameters, type: 'object' };
}
