import { isRecord } from '../../../../wire/json/json-fields.ts';

/** One entry of `tools`, and where its fields stand. */
export interface ChatToolDefinition {
  kind: 'function' | 'custom';
  /** What holds the name, the description and the schema; nothing in it has been looked at. */
  fields: unknown;
  /** From the path of the entry to the path of its fields. */
  path: '' | '.function' | '.custom';
  schemaField: 'parameters' | 'input_schema';
}

/** Of tools with a schema of their own; all other types are tools that Anthropic defines. */
const TYPES_OF_ANTHROPIC: readonly unknown[] = ['untyped', 'custom'];

/**
 * Reads a tool in OpenAI's form, and in those that editors send for models of other names: Anthropic's `input_schema`
 * (Cursor: router-for-me/CLIProxyAPI#3805), and the flat form of the Responses API (BerriAI/litellm#34029). Returns
 * undefined for tools that are none of these.
 */
export function definitionOf(tool: unknown): ChatToolDefinition | undefined {
  if (!isRecord(tool)) return undefined;
  const type: unknown = tool['type'] ?? 'untyped';
  const isNamed = typeof tool['name'] === 'string';
  if (type !== 'function' && isNamed && isRecord(tool['input_schema'])) {
    return TYPES_OF_ANTHROPIC.includes(type)
      ? { kind: 'function', fields: tool, path: '', schemaField: 'input_schema' }
      : undefined;
  }
  const kind = type === 'custom' ? 'custom' : 'function';
  if (type === 'untyped' ? !isNamed && !isRecord(tool[kind]) : type !== kind) return undefined;
  const isFlat = isNamed && tool[kind] === undefined;
  return { kind, fields: isFlat ? tool : tool[kind], path: isFlat ? '' : `.${kind}`, schemaField: 'parameters' };
}
