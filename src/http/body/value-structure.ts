import { MAX_BODY_DEPTH } from './structure-limits.ts';
import { tooDeep } from './json-structure.ts';

type Container = Record<string, unknown> | readonly unknown[];

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

/** Appends the objects and lists directly inside `container` to `below`. Returns how many entries it has. */
function collectContainers(container: Container, below: Container[]): number {
  if (Array.isArray(container)) {
    for (const entry of container as readonly unknown[]) {
      if (typeof entry === 'object' && entry !== null) below.push(entry as Container);
    }
    return container.length;
  }
  let entries = 0;
  // Objects from JSON.parse inherit no enumerable fields; a list of the keys would be garbage.
  for (const name in container) {
    entries++;
    const entry = (container as Record<string, unknown>)[name];
    if (typeof entry === 'object' && entry !== null) below.push(entry as Container);
  }
  return entries;
}
