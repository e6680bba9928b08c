import { aboveLimit } from './limit-error.ts';
import { nestedEntries } from './nested-entries.ts';
import type { LimitedApi, RequestLimit } from './request-limit.ts';
import { BODY_LIMITS } from './body-limits.ts';

/** A limit with the place of its total in the totals of one request. */
interface Check {
  limit: RequestLimit;
  index: number;
}

/** A place in a body that is measured, or that leads to such places. Lists in place of maps: they are read for every message. */
interface Place {
  readonly checks: Check[];
  readonly names: string[];
  /** The places of the fields in `names`. */
  readonly fields: Place[];
  /** The entries of a list. */
  entries?: Place;
  /** The values of an object, whatever their names. */
  values?: Place;
}

interface Excess {
  limit: RequestLimit;
  /** Path below the place that reports it. */
  path: string;
  found: number;
}

type BodyCheck = (body: object) => void;

const compiled = new Map<LimitedApi, BodyCheck>();

/**
 * Returns the check of a whole body of an API. The check throws GatewayError 400 with `param` for the first limit that
 * the body exceeds. A list that is too long is not walked.
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
  /** The fields of the body itself, and all places. */
  const outer = newPlace();
  const whole = newPlace();
  const nested = new Set<number>();
  limits.forEach((limit, index) => {
    for (const path of limit.paths[api] ?? []) {
      placeAt(whole, path).checks.push({ limit, index });
      if (path.includes('[]')) nested.add(index);
      else placeAt(outer, path).checks.push({ limit, index });
    }
  });
  const isNear = (totals: readonly number[], more: number): boolean =>
    [...nested].some((index) => totals[index]! + more > limits[index]!.most);
  return (body) => {
    const totals = zeros.slice();
    let excess = firstExcess(body, outer, totals);
    const more = excess ? 0 : nestedEntries(api, body);
    if (more > 0 && isNear(totals, more)) excess = firstExcess(body, whole, zeros.slice());
    if (excess) throw aboveLimit(excess.limit, excess.path, excess.found);
  };
}

function newPlace(): Place {
  return { checks: [], names: [], fields: [] };
}

function placeAt(root: Place, path: string): Place {
  let place = root;
  for (const step of path.replaceAll('[]', '.[]').split('.').filter(Boolean)) {
    if (step === '[]') place = place.entries ??= newPlace();
    else if (step === '*') place = place.values ??= newPlace();
    else place = fieldAt(place, step);
  }
  return place;
}

function fieldAt({ names, fields }: Place, name: string): Place {
  const known = fields[names.indexOf(name)];
  if (known) return known;
  const place = newPlace();
  names.push(name);
  fields.push(place);
  return place;
}

/** Depth of the recursion: the longest path of the table. */
function firstExcess(value: unknown, place: Place, totals: number[]): Excess | undefined {
  const { checks } = place;
  for (let number = 0; number < checks.length; number += 1) {
    const { limit, index } = checks[number]!;
    const found = measured(value, limit, totals[index]!);
    if (found > limit.most) return { limit, path: '', found };
    totals[index] = found;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return place.entries && excessInList(value, place.entries, totals);
  return excessInFields(value, place, totals) ?? (place.values && excessInValues(value, place.values, totals));
}

function excessInList(list: readonly unknown[], place: Place, totals: number[]): Excess | undefined {
  for (let index = 0; index < list.length; index += 1) {
    const excess = firstExcess(list[index], place, totals);
    if (excess) return { ...excess, path: joined(`[${index}]`, excess.path) };
  }
  return undefined;
}

function excessInFields(value: object, { names, fields }: Place, totals: number[]): Excess | undefined {
  for (let index = 0; index < names.length; index += 1) {
    const field = (value as Record<string, unknown>)[names[index]!];
    if (field === undefined || field === null) continue;
    const excess = firstExcess(field, fields[index]!, totals);
    if (excess) return { ...excess, path: joined(names[index]!, excess.path) };
  }
  return undefined;
}

function excessInValues(value: object, place: Place, totals: number[]): Excess | undefined {
  for (const [name, field] of Object.entries(value)) {
    const excess = firstExcess(field, place, totals);
    if (excess) return { ...excess, path: joined(name, excess.path) };
  }
  return undefined;
}

function joined(step: string, rest: string): string {
  return rest === '' || rest.startsWith('[') ? `${step}${rest}` : `${step}.${rest}`;
}

/** Entries add up over all lists of a limit; everything else is measured at each place by itself. */
function measured(value: unknown, { unit }: RequestLimit, before: number): number {
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
