import { isExactNumber } from '../../wire/json/exact-json.ts';
import { MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** A JSON schema as the client gave it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Bytes of a schema as JSON; Anthropic's own limit is not documented and far below (2026-11-22). */
export const MAX_SCHEMA_BYTES = 256 * 1_024;
/** What makes a schema too large to be read, or undefined. Stops where a limit is passed, whatever the size. */
export function schemaSizeProblem(schema: JsonSchema): string | undefined {
  const limit = `A schema may be ${MAX_SCHEMA_BYTES} bytes long`;
  const left = { bytes: MAX_SCHEMA_BYTES };
  // Before JSON.stringify, which a very deep or very large value would cost its stack or seconds.
  if (!hasRoomFor(schema, MAX_JSON_DEPTH, left)) {
    return left.bytes < 0 ? `${limit}; this is longer.` : `A schema may be nested ${MAX_JSON_DEPTH} levels deep.`;
  }
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  return bytes > MAX_SCHEMA_BYTES ? `${limit}; this is ${bytes}.` : undefined;
}

/** Counts the least number of bytes that a value takes as JSON; false as soon as it is too long or too deep. */
function hasRoomFor(value: unknown, levels: number, left: { bytes: number }): boolean {
  left.bytes -= typeof value === 'string' ? value.length + 2 : 1;
  if (left.bytes < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (isExactNumber(value)) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => hasRoomFor(item, levels - 1, left));
  for (const key in value) {
    left.bytes -= key.length + 4;
    if (!hasRoomFor((value as JsonSchema)[key], levels - 1, left)) return false;
  }
  return true;
}

/** An object or a list. */
export function isObjectOrArray(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !isExactNumber(value);
}

const DEFINITION = /^#\/(\$defs|definitions)\/([^/]+)$/;

/** The definition that a reference names; undefined for every other kind of reference. */
export function resolveReference(reference: unknown, root: JsonSchema): { key: string; schema: unknown } | undefined {
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
 * `type: object` where only properties say so. Without `$schema` and `$id`, which mean nothing to a model. Linear in the
 * size of the schema, however long the chain of references.
 */
export function resolvedRoot(schema: JsonSchema): JsonSchema {
  const seen = new Set<unknown>();
  const parts: JsonSchema[] = [schema];
  let reference = schema['$ref'];
  while (reference !== undefined && !seen.has(reference)) {
    seen.add(reference);
    const target = resolveReference(reference, schema)?.schema;
    if (!isRecord(target)) break;
    parts.push(target);
    reference = target['$ref'];
  }
  const {
    $schema: _dialect,
    $id: _id,
    $ref: _reference,
    ...merged
  } = Object.fromEntries(parts.flatMap(Object.entries));
  const rest: JsonSchema = { ...(reference !== undefined && { $ref: reference }), ...merged };
  return rest['type'] === undefined && isRecord(rest['properties']) ? { type: 'object', ...rest } : rest;
}
