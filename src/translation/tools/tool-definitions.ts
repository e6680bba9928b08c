import { badRequest } from '../../errors/errors.ts';
import { emptyString, invalidType, notListed, notObject, notText } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import { CUSTOM_TOOL_INPUT_PROPERTY } from './custom-tool-input.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import { typeNamed } from '../tool-schemas/draft-values.ts';
import type { ToolDefinition } from './tools.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * A function as the dialects define it; nothing in it has been looked at. `param` is the path of its fields,
 * `schemaField` the dialect's name for the schema of its input.
 */
export function functionTool(
  definition: unknown,
  param: string,
  adjustments: Adjustments,
  schemaField: 'parameters' | 'input_schema' = 'parameters',
): ToolDefinition {
  if (!isRecord(definition)) throw notObject(param, definition);
  return {
    name: readName(definition['name'], param),
    ...readDescription(definition['description'], param),
    schema: readSchema(definition[schemaField], `${param}.${schemaField}`, adjustments),
    strict: definition['strict'] === true,
  };
}

/** OpenAI's grammar of a custom tool. */
export interface CustomToolGrammar {
  syntax?: unknown;
  definition?: unknown;
}

/** Converse knows no custom tools: one is a function whose only input is the text. A grammar is told in words. */
export function customTool(
  custom: unknown,
  grammar: CustomToolGrammar | undefined,
  param: string,
  adjustments: Adjustments,
): ToolDefinition {
  if (!isRecord(custom)) throw notObject(param, custom);
  const name = readName(custom['name'], param);
  const { description = '' } = readDescription(custom['description'], param);
  const input = { type: 'string', description: 'The input of the tool, as plain text.' };
  if (grammar) {
    adjustments.changed('tools.custom.format', 'moved_to_description');
    input.description += ` It must conform to this ${String(grammar.syntax)} grammar:\n${String(grammar.definition)}`;
  }
  const schema = {
    type: 'object',
    properties: { [CUSTOM_TOOL_INPUT_PROPERTY]: input },
    required: [CUSTOM_TOOL_INPUT_PROPERTY],
  };
  return { name, description, schema: { ...schema, additionalProperties: false }, strict: false };
}

/**
 * The offers of a list of tools, each once: "Tool names must be unique", and clients that collect tools from several
 * places send some of them twice. `paramOf` gives the path of an entry's name.
 */
export function uniqueTools(
  offers: readonly ToolDefinition[],
  paramOf: (index: number) => string,
  adjustments: Adjustments,
): ToolDefinition[] {
  const byName = new Map<string, ToolDefinition>();
  offers.forEach((offer, index) => {
    const other = byName.get(offer.name);
    if (other && JSON.stringify(other) !== JSON.stringify(offer)) {
      throw badRequest(`Two different tools are called ${JSON.stringify(offer.name)}.`, paramOf(index));
    }
    if (other) adjustments.changed('tools', 'duplicates_dropped');
    else byName.set(offer.name, offer);
  });
  return [...byName.values()];
}

function readName(name: unknown, param: string): string {
  if (typeof name !== 'string') throw notText(`${param}.name`, name);
  if (name === '') throw emptyString(`${param}.name`);
  return name;
}

function readDescription(description: unknown, param: string): { description?: string } {
  if (description === undefined || description === null) return {};
  if (typeof description !== 'string') throw invalidType(`${param}.description`, 'a string', description);
  return { description };
}

/** "inputSchema.json.type must be one of the following: object": what has no type has none because it is one. */
function readSchema(parameters: unknown, param: string, adjustments: Adjustments): ToolDefinition['schema'] {
  if (parameters === undefined || parameters === null) return { type: 'object', properties: {} };
  if (!isRecord(parameters)) throw invalidType(param, 'an object', parameters);
  if (exceedsMaxDepth(parameters)) throw badRequest(`A schema may be nested ${MAX_JSON_DEPTH} levels deep.`, param);
  if (parameters['type'] === 'object') return parameters;
  if (!mayBeObject(parameters['type'])) throw notListed(`${param}.type`, ['object'], [parameters['type']].flat()[0]);
  if (Object.keys(parameters).length > 0) adjustments.changed('tools.parameters', 'type_object_added');
  return { ...parameters, type: 'object' };
}

/** Whether the type of a tool's input can be replaced by that of an object. */
export function mayBeObject(type: unknown): boolean {
  if (type === undefined || type === null || type === 'any') return true;
  return [type].flat().some((each) => typeNamed(each) === 'object');
}
