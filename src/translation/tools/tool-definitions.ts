import { badRequest } from '../../errors/errors.ts';
import { emptyString, invalidType, notListed, notObject, notText } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import { CUSTOM_TOOL_INPUT_PROPERTY } from './custom-tool-input.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import { typeNamed } from '../tool-schemas/draft-values.ts';
import type { ToolDefinition } from './tools.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * Reads a function tool. `definition` is not validated yet. `param`: path of the definition. `schemaField`: name of its
 * field with the input schema. Throws GatewayError 400 for invalid fields.
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

/** OpenAI's grammar for the input of a custom tool. */
export interface CustomToolGrammar {
  syntax?: unknown;
  definition?: unknown;
}

/**
 * Reads a custom tool. Converse has none, so it becomes a function whose only input is a string. A grammar becomes part
 * of the description. Throws GatewayError 400 for invalid fields.
 */
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
 * Removes repeated tools: "Tool names must be unique", and clients that collect tools from several sources repeat some.
 * `paramOf` returns the path of an entry's name. Throws GatewayError 400 for different tools with one name.
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
      throw badRequest(
        `Two different tools have the name ${JSON.stringify(offer.name)}. Rename one of them.`,
        paramOf(index),
      );
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

/**
 * Reads an input schema. "inputSchema.json.type must be one of the following: object": a schema without a type gets
 * `object`.
 */
function readSchema(parameters: unknown, param: string, adjustments: Adjustments): ToolDefinition['schema'] {
  if (parameters === undefined || parameters === null) return { type: 'object', properties: {} };
  if (!isRecord(parameters)) throw invalidType(param, 'an object', parameters);
  if (exceedsMaxDepth(parameters))
    throw badRequest(`A schema may be nested at most ${MAX_JSON_DEPTH} levels deep.`, param);
  if (parameters['type'] === 'object') return parameters;
  if (!mayBeObject(parameters['type'])) throw notListed(`${param}.type`, ['object'], [parameters['type']].flat()[0]);
  if (Object.keys(parameters).length > 0) adjustments.changed('tools.parameters', 'type_object_added');
  return { ...parameters, type: 'object' };
}

/** Returns true if the type of a tool's input can be replaced by `object`. */
export function mayBeObject(type: unknown): boolean {
  if (type === undefined || type === null || type === 'any') return true;
  return [type].flat().some((each) => typeNamed(each) === 'object');
}
