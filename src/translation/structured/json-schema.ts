import { isTooDeep, MOST_LEVELS } from '../converse/nesting.ts';
import { isRecord } from '../converse/tool-input.ts';

/** A JSON schema as the client gave it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Bytes of a schema as JSON; Anthropic's own limit is not documented and far below (2026-11-22). */
export const MOST_SCHEMA_BYTES = 256 * 1_024;
/** What makes a schema too large to be read, or undefined. */
export function sizeProblem(schema: JsonSchema): string | undefined {
  // Levels first: the JSON of something very deep cannot be written either.
  if (isTooDeep(schema)) return `A schema may be nested ${MOST_LEVELS} levels deep.`;
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  return bytes > MOST_SCHEMA_BYTES ? `A schema may be ${MOST_SCHEMA_BYTES} bytes long; this is ${bytes}.` : undefined;
}

/** An object or a list. */
export function isBranch(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

const DEFINITION = /^#\/(\$defs|definitions)\/([^/]+)$/;

/** The definition that a reference names; undefined for every other kind of reference. */
export function definitionOf(reference: unknown, root: JsonSchema): { key: string; schema: unknown } | undefined {
  if (typeof reference !== 'string') return undefined;
  const [, list, name] = DEFINITION.exec(reference) ?? [];
  if (list === undefined || name === undefined) return undefined;
  const definitions = root[list];
  const key = unescaped(name);
  if (!isRecord(definitions) || !Object.hasOwn(definitions, key)) return undefined;
  return { key: `${list}/${key}`, schema: definitions[key] };
}

function unescaped(token: string): string {
  const plain = token.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/**
 * The root itself where the schema only points to one of its definitions, as generators write recursive types;
 * `type: object` where only properties say so. Without `$schema` and `$id`, which mean nothing to a model.
 */
export function resolvedRoot(schema: JsonSchema): JsonSchema {
  const seen = new Set<unknown>();
  let root: Record<string, unknown> = { ...schema };
  while (root['$ref'] !== undefined && !seen.has(root['$ref'])) {
    seen.add(root['$ref']);
    const target = definitionOf(root['$ref'], schema)?.schema;
    if (!isRecord(target)) break;
    const { $ref: _reference, ...beside } = root;
    root = { ...beside, ...target };
  }
  const { $schema: _dialect, $id: _id, ...rest } = root;
  return rest['type'] === undefined && isRecord(rest['properties']) ? { type: 'object', ...rest } : rest;
}
