/*
 * Limits of the compiler for Claude's grammars, from Anthropic's page "Structured outputs", JSON schema limitations,
 * and from observed errors ("For 'number' type, properties maximum, minimum are not supported"), 2026-11-22.
 */
type Schema = Record<string, unknown>;

const MAX_STRICT_TOOLS = 20;
const MAX_UNIONS = 16;
/** Maximum characters of all schemas. The real limit is not documented; schemas of 29,000 characters were rejected. */
const MAX_CHARACTERS = 24_000;

const EVERYWHERE = [
  'type',
  'title',
  'description',
  'default',
  'enum',
  'const',
  '$defs',
  'definitions',
  'anyOf',
  'allOf',
];
const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems'],
  string: ['format'],
};
const FORMATS = 'date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' ');

/** Returns the first problem of schemas that compile to a grammar, by path; undefined if all are supported. */
export function grammarProblem(schemas: ReadonlyMap<string, unknown>): string | undefined {
  const strictTools = [...schemas.keys()].filter((path) => path.startsWith('tools.')).length;
  if (strictTools > MAX_STRICT_TOOLS)
    return `Too many strict tools (${strictTools}). The maximum is ${MAX_STRICT_TOOLS}.`;
  let unions = 0;
  for (const [path, schema] of schemas) {
    const compiler = new Compiler();
    const problem = compiler.root(schema);
    if (problem !== undefined) return `${path}: ${problem}`;
    unions += compiler.unions;
  }
  if (unions > MAX_UNIONS)
    return `Schemas contains too many parameters with union types (${unions} parameters with type arrays or anyOf).`;
  const size = [...schemas.values()].reduce((sum: number, schema) => sum + JSON.stringify(schema).length, 0);
  return size > MAX_CHARACTERS
    ? 'The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the number of strict tools.'
    : undefined;
}

class Compiler {
  unions = 0;
  private definitions: Schema = {};

  root(schema: unknown): string | undefined {
    if (!isSchema(schema)) return 'Input should be a valid JSON schema';
    if (schema.type !== 'object') return "the top-level type must be 'object'";
    this.definitions = {
      ...prefixed('$defs', schema.$defs),
      ...prefixed('definitions', schema.definitions),
    };
    for (const [reference, definition] of Object.entries(this.definitions)) {
      const problem = this.leadsTo(reference, definition, new Set())
        ? 'Too many recursive definitions in schema'
        : this.node(definition);
      if (problem !== undefined) return problem;
    }
    return this.node(schema);
  }

  private node(schema: unknown): string | undefined {
    if (!isSchema(schema)) return 'Schema must be an object';
    const { $ref: reference } = schema;
    if (reference !== undefined) return this.reference(reference);
    const branches = [schema.anyOf, schema.allOf].find(Array.isArray) as unknown[] | undefined;
    const types = [schema.type].flat().filter((type) => type !== undefined);
    if (types.length === 0 && branches === undefined && !('enum' in schema) && !('const' in schema))
      return "Schema must have a 'type', 'anyOf', or 'allOf' field";
    if (types.length > 1 || schema.anyOf !== undefined) this.unions += 1;
    return this.keywords(schema, types.map(String)) ?? first(branches ?? [], (branch) => this.node(branch));
  }

  private keywords(schema: Schema, types: string[]): string | undefined {
    const known = new Set([...EVERYWHERE, ...types.flatMap((type) => BY_TYPE[type] ?? [])]);
    const unknown = Object.keys(schema).filter((keyword) => !known.has(keyword));
    const type = types.find((each) => each !== 'null') ?? 'any';
    if (unknown.length > 0) return `For '${type}' type, properties ${unknown.sort().join(', ')} are not supported`;
    if ([schema.enum, schema.const].flat().some((value) => typeof value === 'object' && value !== null))
      return 'Enum values must be strings, numbers, booleans or null';
    if (Array.isArray(schema.allOf) && schema.allOf.some((part) => isSchema(part) && '$ref' in part))
      return "'allOf' with '$ref' is not supported";
    const { format } = schema;
    if (format !== undefined && !FORMATS.some((known) => known === format))
      return `For 'string' type, format ${JSON.stringify(format)} is not supported`;
    return this.contents(schema, types);
  }

  private contents(schema: Schema, types: string[]): string | undefined {
    if (types.includes('object')) {
      if (schema.additionalProperties !== false)
        return "For 'object' type, 'additionalProperties' must be explicitly set to false";
      const properties = isSchema(schema.properties) ? schema.properties : {};
      const required = Array.isArray(schema.required) ? schema.required : [];
      const missing = required.find((name) => !Object.hasOwn(properties, String(name)));
      if (missing !== undefined) return `Required property '${String(missing)}' is not defined`;
      const problem = first(Object.values(properties), (property) => this.node(property));
      if (problem !== undefined) return problem;
    }
    if (!types.includes('array')) return undefined;
    if (schema.minItems !== undefined && schema.minItems !== 0 && schema.minItems !== 1)
      return "For 'array' type, 'minItems' values other than 0 or 1 are not supported";
    return this.node(schema.items);
  }

  private reference(reference: unknown): string | undefined {
    const known = typeof reference === 'string' && Object.hasOwn(this.definitions, reference);
    return known ? undefined : `Unsupported $ref: ${JSON.stringify(reference)}`;
  }

  private leadsTo(reference: string, value: unknown, seen: Set<string>): boolean {
    if (Array.isArray(value)) return value.some((item) => this.leadsTo(reference, item, seen));
    if (!isSchema(value)) return false;
    const next = String(value.$ref);
    if (next === reference) return true;
    const unseen = Object.hasOwn(this.definitions, next) && !seen.has(next);
    if (unseen && this.leadsTo(reference, this.definitions[next], seen.add(next))) return true;
    return Object.values(value).some((item) => this.leadsTo(reference, item, seen));
  }
}

function prefixed(list: string, definitions: unknown): Schema {
  if (!isSchema(definitions)) return {};
  return Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [`#/${list}/${name}`, schema]));
}

function first(items: unknown[], check: (item: unknown) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
