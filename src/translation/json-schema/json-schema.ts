import { isExactNumber } from '../../wire/json/exact-json.ts';
import { MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** A JSON schema of a client. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Maximum bytes of a schema as JSON. Anthropic's limit is far lower and not documented (2026-11-22). */
export const MAX_SCHEMA_BYTES = 256 * 1_024;
/**
 * Returns why a schema is too large or too deep; undefined if it is not. Stops at the first exceeded limit, so the cost
 * is bounded.
 */
export function schemaSizeProblem(schema: JsonSchema): string | undefined {
  const limit = `A schema may have at most ${MAX_SCHEMA_BYTES} bytes as JSON`;
  const left = { bytes: MAX_SCHEMA_BYTES };
  // Runs before JSON.stringify, which would overflow the stack or take seconds for a very deep or large value.
  if (!fitsWithin(schema, MAX_JSON_DEPTH, left)) {
    return left.bytes < 0
      ? `${limit}. This one has more.`
      : `A schema may be nested at most ${MAX_JSON_DEPTH} levels deep.`;
  }
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  return bytes > MAX_SCHEMA_BYTES ? `${limit}. This one has ${bytes}.` : undefined;
}

/**
 * Subtracts the minimum length of a value as JSON from `left.bytes`. Returns false once the value is too long or too
 * deep.
 */
function fitsWithin(value: unknown, levels: number, left: { bytes: number }): boolean {
  left.bytes -= typeof value === 'string' ? value.length + 2 : 1;
  if (left.bytes < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (isExactNumber(value)) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => fitsWithin(item, levels - 1, left));
  for (const key in value) {
    left.bytes -= key.length + 4;
    if (!fitsWithin((value as JsonSchema)[key], levels - 1, left)) return false;
  }
  return true;
}

/** Returns true for an object or a list. */
export function isObjectOrArray(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !isExactNumber(value);
}

const DEFINITION = /^#\/(\$defs|definitions)\/([^/]+)$/;

/**
 * Returns the definition that a `$ref` names; undefined for references to anything other than a definition of `root`.
 */
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
 * Returns the schema with a `$ref` at its root replaced by the definition it names, which is how generators write
 * recursive types. Adds `type: object` if only `properties` imply it. Removes `$schema` and `$id`, which have no
 * meaning to a model. The cost is linear in the size of the schema, for any chain of references.
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
