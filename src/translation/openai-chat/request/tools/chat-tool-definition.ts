import { isRecord } from '../../../../wire/json/json-fields.ts';

/** One entry of `tools`, with the location of its fields. */
export interface ChatToolDefinition {
  kind: 'function' | 'custom';
  /** The object that holds the name, the description and the schema. Not yet validated. */
  fields: unknown;
  /** Path of `fields` relative to the entry. */
  path: '' | '.function' | '.custom';
  /** Name of the field in `fields` that holds the JSON schema. */
  schemaField: 'parameters' | 'input_schema';
}

/** Types of Anthropic's tools whose schema the client defines. Anthropic defines the tools of all other types. */
const CLIENT_DEFINED_TYPES: readonly unknown[] = ['untyped', 'custom'];

/**
 * Locates the fields of a tool; undefined if its format is unknown.
 *
 * Editors send other formats than chat's when the model's name is not OpenAI's: Anthropic's `input_schema` (Cursor:
 * router-for-me/CLIProxyAPI#3805), and the flat format of the Responses API (BerriAI/litellm#34029).
 */
export function definitionOf(tool: unknown): ChatToolDefinition | undefined {
  if (!isRecord(tool)) return undefined;
  const type: unknown = tool['type'] ?? 'untyped';
  const isNamed = typeof tool['name'] === 'string';
  if (type !== 'function' && isNamed && isRecord(tool['input_schema'])) {
    return CLIENT_DEFINED_TYPES.includes(type)
      ? { kind: 'function', fields: tool, path: '', schemaField: 'input_schema' }
      : undefined;
  }
  const kind = type === 'custom' ? 'custom' : 'function';
  if (type === 'untyped' ? !isNamed && !isRecord(tool[kind]) : type !== kind) return undefined;
  const isFlat = isNamed && tool[kind] === undefined;
  return { kind, fields: isFlat ? tool : tool[kind], path: isFlat ? '' : `.${kind}`, schemaField: 'parameters' };
}
