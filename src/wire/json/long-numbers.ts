import { doubleOf, isExactNumber, parseWithExactNumbers } from './exact-json.ts';

/** Depth of the first numbers that can belong to a tool; those above are parameters, which the gateway reads. */
const FIRST_DEPTH = 2;
/** Fields whose values go to the model as they are: inputs and results of tools. */
const PASSED_ON: readonly string[] = ['input', 'arguments', 'output', 'content', 'json'];
/** Fields that hold a JSON schema. */
const SCHEMAS: readonly string[] = ['parameters', 'input_schema', 'inputSchema', 'schema'];
/** Keywords whose values are values of the client's own. */
const VALUES: readonly string[] = ['const', 'enum', 'default', 'example', 'examples'];
/** Keywords whose numbers the gateway reads. They are counts, which are whole and small. */
const COUNTS: readonly string[] = [
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
 * What a value is: parameters, which the gateway reads; content of a conversation; a schema; or a value that nothing
 * but the model reads.
 */
type Kind = 'read' | 'content' | 'schema' | 'value';

interface Place {
  container: Readonly<Record<string, unknown>>;
  kind: Kind;
  depth: number;
}

/**
 * Parses a body and keeps the digits of the numbers in schemas, inputs and results of tools (`exact-json.ts`); all others
 * are doubles. Throws SyntaxError.
 */
export function parseBodyJson(json: string): unknown {
  const value = parseWithExactNumbers(json, FIRST_DEPTH);
  if (value === undefined) return JSON.parse(json) as unknown;
  const places: Place[] = [{ container: value as Place['container'], kind: 'read', depth: 1 }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) readNumbers(place, places);
  return value;
}

/** Makes doubles of the exact numbers of a container that the gateway reads. Appends the containers in it to `below`. */
function readNumbers({ container, kind, depth }: Place, below: Place[]): void {
  for (const name of Object.keys(container)) {
    const entry = container[name];
    if (typeof entry !== 'object' || entry === null) continue;
    if (!isExactNumber(entry)) {
      below.push({ container: entry as Place['container'], kind: kindIn(kind, name, depth), depth: depth + 1 });
    } else if (kind === 'read' || (kind === 'schema' && COUNTS.includes(name))) {
      (container as Record<string, unknown>)[name] = doubleOf(entry);
    }
  }
}

function kindIn(kind: Kind, name: string, depth: number): Kind {
  switch (kind) {
    case 'value':
      return 'value';
    case 'schema':
      return VALUES.includes(name) ? 'value' : 'schema';
    case 'read':
    case 'content':
      if (SCHEMAS.includes(name)) return 'schema';
      if (name === 'tools') return 'read';
      // Above, `input` is the conversation of the Responses API, or a text.
      if (name === 'arguments' || (name === 'input' && depth > 1)) return 'value';
      return PASSED_ON.includes(name) ? 'content' : kind;
    default:
      return kind satisfies never;
  }
}
