import { aboveLimit } from './limit-error.ts';
import { nestedEntries } from './nested-entries.ts';
import type { LimitedApi, RequestLimit } from './request-limit.ts';
import { BODY_LIMITS } from './body-limits.ts';

/** A limit with the index of its total in the totals of one request. */
interface Check {
  limit: RequestLimit;
  index: number;
}

/**
 * A node of the compiled limits: a position in a body with its limits and child positions. Uses arrays instead of maps,
 * because it is read for every message.
 */
interface Node {
  readonly checks: Check[];
  readonly names: string[];
  /** The nodes of the fields in `names`. */
  readonly fields: Node[];
  /** The node of the entries of an array. */
  entries?: Node;
  /** The node of the values of an object, whatever their names. */
  values?: Node;
}

interface Excess {
  limit: RequestLimit;
  /** Path relative to the node that reports it. */
  path: string;
  found: number;
}

type BodyCheck = (body: object) => void;

const compiled = new Map<LimitedApi, BodyCheck>();

/**
 * Returns the check for bodies of an API. It throws GatewayError 400 with `param` for the first limit that the body exceeds.
 * It does not iterate over an array that is too long.
 */
export function bodyCheckOf(api: LimitedApi): BodyCheck {
  let check = compiled.get(api);
  if (check === undefined) {
    check = compile(api);
    compiled.set(api, check);
  }
  return check;
}

function compile(api: LimitedApi): BodyCheck {
  const limits: readonly RequestLimit[] = Object.values(BODY_LIMITS);
  const zeros = limits.map(() => 0);
  /** `outer` has the limits of the body's own fields, `whole` all limits. */
  const outer = createNode();
  const whole = createNode();
  const nested = new Set<number>();
  limits.forEach((limit, index) => {
    for (const path of limit.paths[api] ?? []) {
      nodeAt(whole, path).checks.push({ limit, index });
      if (path.includes('[]')) nested.add(index);
      else nodeAt(outer, path).checks.push({ limit, index });
    }
  });
  const isNear = (totals: readonly number[], more: number): boolean =>
    [...nested].some((index) => totals[index]! + more > limits[index]!.max);
  return (body) => {
    const totals = zeros.slice();
    let excess = firstExcess(body, outer, totals);
    const more = excess ? 0 : nestedEntries(api, body);
    if (more > 0 && isNear(totals, more)) excess = firstExcess(body, whole, zeros.slice());
    if (excess) throw aboveLimit(excess.limit, excess.path, excess.found);
  };
}

function createNode(): Node {
  return { checks: [], names: [], fields: [] };
}

function nodeAt(root: Node, path: string): Node {
  let node = root;
  for (const step of path.replaceAll('[]', '.[]').split('.').filter(Boolean)) {
    if (step === '[]') node = node.entries ??= createNode();
    else if (step === '*') node = node.values ??= createNode();
    else node = fieldAt(node, step);
  }
  return node;
}

function fieldAt({ names, fields }: Node, name: string): Node {
  const known = fields[names.indexOf(name)];
  if (known) return known;
  const node = createNode();
  names.push(name);
  fields.push(node);
  return node;
}

/** Returns the first exceeded limit. The depth of the recursion is that of the longest path in the table. */
function firstExcess(value: unknown, node: Node, totals: number[]): Excess | undefined {
  const { checks } = node;
  for (let number = 0; number < checks.length; number += 1) {
    const { limit, index } = checks[number]!;
    const found = measure(value, limit, totals[index]!);
    if (found > limit.max) return { limit, path: '', found };
    totals[index] = found;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return node.entries && excessInList(value, node.entries, totals);
  return excessInFields(value, node, totals) ?? (node.values && excessInValues(value, node.values, totals));
}

function excessInList(list: readonly unknown[], node: Node, totals: number[]): Excess | undefined {
  for (let index = 0; index < list.length; index += 1) {
    const excess = firstExcess(list[index], node, totals);
    if (excess) return { ...excess, path: joinPath(`[${index}]`, excess.path) };
  }
  return undefined;
}

function excessInFields(value: object, { names, fields }: Node, totals: number[]): Excess | undefined {
  for (let index = 0; index < names.length; index += 1) {
    const field = (value as Record<string, unknown>)[names[index]!];
    if (field === undefined || field === null) continue;
    const excess = firstExcess(field, fields[index]!, totals);
    if (excess) return { ...excess, path: joinPath(names[index]!, excess.path) };
  }
  return undefined;
}

function excessInValues(value: object, node: Node, totals: number[]): Excess | undefined {
  for (const [name, field] of Object.entries(value)) {
    const excess = firstExcess(field, node, totals);
    if (excess) return { ...excess, path: joinPath(name, excess.path) };
  }
  return undefined;
}

function joinPath(step: string, rest: string): string {
  return rest === '' || rest.startsWith('[') ? `${step}${rest}` : `${step}.${rest}`;
}

/** Returns the measured value. Entries add up over all arrays of a limit; other units are measured for each position. */
function measure(value: unknown, { unit }: RequestLimit, before: number): number {
  switch (unit) {
    case 'entries':
      return before + (Array.isArray(value) ? value.length : 0);
    case 'fields':
      return isObject(value) ? Object.keys(value).length : 0;
    case 'names':
      return isObject(value) ? Object.keys(value).reduce((longest, name) => Math.max(longest, name.length), 0) : 0;
    case 'characters':
      return typeof value === 'string' ? value.length : 0;
    case 'value':
      return typeof value === 'number' ? value : 0;
    case 'restored':
      return 0;
    default:
      return unit satisfies never;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
