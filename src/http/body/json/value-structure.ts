import { MAX_BODY_DEPTH } from './structure-limits.ts';
import { tooDeep } from './json-structure.ts';

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
/** Length below which strings are not checked for JSON, because it has few values. */
const SHORT_TEXT = 1024;
const MAY_BE_JSON = /^\s*[[{]/;

type Container = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Counts the values of parsed JSON. Works level by level instead of recursively. Throws GatewayError 400 `json_too_deep`.
 * The size of the text bounds the number of values.
 */
export function countValueNodes(value: object): number {
  let level: Container[] = [value as Container];
  let nodes = 1;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_BODY_DEPTH) throw tooDeep('The request body');
    const below: Container[] = [];
    for (const container of level) nodes += collectContainers(container, below);
    level = below;
  }
  return nodes;
}

/** Appends the objects and arrays that `container` directly contains to `below`. Returns the number of its values. */
function collectContainers(container: Container, below: Container[]): number {
  if (isList(container)) {
    let nodes = container.length;
    for (const entry of container) {
      if (typeof entry === 'object' && entry !== null) below.push(entry as Container);
      else if (typeof entry === 'string' && entry.length > SHORT_TEXT) nodes += countNestedJson(entry);
    }
    return nodes;
  }
  let nodes = 0;
  // Objects from JSON.parse inherit no enumerable fields, and a list of keys would be garbage.
  for (const name in container) {
    nodes++;
    const entry = container[name];
    if (typeof entry === 'object' && entry !== null) below.push(entry as Container);
    else if (typeof entry === 'string' && entry.length > SHORT_TEXT) nodes += countNestedJson(entry);
  }
  return nodes;
}

/** Counts the values of JSON within a string; returns 0 for other strings. See `json-structure.ts`. */
function countNestedJson(text: string): number {
  if (!MAY_BE_JSON.test(text)) return 0;
  let nodes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === OPEN_LIST || code === OPEN_OBJECT) nodes++;
  }
  return nodes;
}

function isList(container: Container): container is readonly unknown[] {
  return Array.isArray(container);
}
