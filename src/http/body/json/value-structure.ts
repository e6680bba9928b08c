import { MAX_BODY_DEPTH } from './structure-limits.ts';
import { tooDeep } from './json-structure.ts';

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
/** JSON in shorter strings has few values. */
const SHORT_TEXT = 1024;
const MAY_BE_JSON = /^\s*[[{]/;

type Container = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Returns how many values a parsed JSON value has. Goes level by level instead of recursing. Throws GatewayError 400
 * `json_too_deep`. The caller bounds the number of values by the size of the text.
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

/** Appends the objects and lists directly inside `container` to `below`. Returns how many values it has itself. */
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
  // Objects from JSON.parse inherit no enumerable fields; a list of the keys would be garbage.
  for (const name in container) {
    nodes++;
    const entry = container[name];
    if (typeof entry === 'object' && entry !== null) below.push(entry as Container);
    else if (typeof entry === 'string' && entry.length > SHORT_TEXT) nodes += countNestedJson(entry);
  }
  return nodes;
}

/** Returns how many values a string has that may be JSON itself; 0 for all other strings. See `json-structure.ts`. */
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
