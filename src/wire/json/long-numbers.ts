import { doubleOf, isExactNumber, parseWithExactNumbers } from './exact-json.ts';
import { hasNumber } from './nested-numbers.ts';

/** Minimum depth of numbers that can belong to a tool. Numbers above are parameters, which the gateway reads. */
const FIRST_DEPTH = 2;
/** Fields whose values reach the model unchanged: inputs and results of tools. */
const UNCHANGED_FIELDS: readonly string[] = ['input', 'arguments', 'output', 'content', 'json'];
/** Fields that contain a JSON schema. */
const SCHEMA_FIELDS: readonly string[] = ['parameters', 'input_schema', 'inputSchema', 'schema'];
/** Keywords whose values are the client's own data. */
const VALUE_KEYWORDS: readonly string[] = ['const', 'enum', 'default', 'example', 'examples'];
/** Keywords whose numbers the gateway reads. Their values are small integers. */
const COUNT_KEYWORDS: readonly string[] = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
];

/**
 * Kind of a value: parameters, which the gateway reads; content of a conversation; a schema; or data that only the
 * model reads.
 */
type Kind = 'read' | 'content' | 'schema' | 'value';

interface Place {
  container: Readonly<Record<string, unknown>>;
  kind: Kind;
  depth: number;
}

/**
 * Parses a request body. Keeps the digits of numbers in schemas, tool inputs and tool results (see `exact-json.ts`);
 * all other numbers are doubles. Throws SyntaxError for invalid JSON.
 */
export function parseBodyJson(json: string): unknown {
  const parsed: unknown = JSON.parse(json);
  // Most bodies have no nested numbers, and the scan of a text takes longer than its parsing.
  const value = hasNestedNumber(parsed) ? parseWithExactNumbers(json, FIRST_DEPTH) : undefined;
  if (value === undefined) return parsed;
  const places: Place[] = [{ container: value as Place['container'], kind: 'read', depth: 1 }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) readNumbers(place, places);
  return value;
}

/** Returns true if a field of the body contains a number at `FIRST_DEPTH` or below. */
function hasNestedNumber(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return Object.values(body).some((field) => typeof field === 'object' && hasNumber(field));
}

/**
 * Converts the exact numbers of a container that the gateway reads to doubles. Appends nested containers to `below`.
 */
function readNumbers({ container, kind, depth }: Place, below: Place[]): void {
  for (const name of Object.keys(container)) {
    const entry = container[name];
    if (typeof entry !== 'object' || entry === null) continue;
    if (!isExactNumber(entry)) {
      below.push({ container: entry as Place['container'], kind: kindIn(kind, name, depth), depth: depth + 1 });
    } else if (kind === 'read' || (kind === 'schema' && COUNT_KEYWORDS.includes(name))) {
      (container as Record<string, unknown>)[name] = doubleOf(entry);
    }
  }
}

function kindIn(kind: Kind, name: string, depth: number): Kind {
  switch (kind) {
    case 'value':
      return 'value';
    case 'schema':
      return VALUE_KEYWORDS.includes(name) ? 'value' : 'schema';
    case 'read':
    case 'content':
      if (SCHEMA_FIELDS.includes(name)) return 'schema';
      if (name === 'tools') return 'read';
      // At the top level, `input` is the conversation of the Responses API, or a text.
      if (name === 'arguments' || (name === 'input' && depth > 1)) return 'value';
      return UNCHANGED_FIELDS.includes(name) ? 'content' : kind;
    default:
      return kind satisfies never;
  }
}
