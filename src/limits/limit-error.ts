import { badRequest, type GatewayError } from '../errors/errors.ts';
import { limitCode, type RequestLimit } from './request-limit.ts';

/**
 * Returns a 400 for a value at `param` whose measured size `found` exceeds the limit, in OpenAI's wording. An empty
 * `param` is the body.
 */
export function aboveLimit(limit: RequestLimit, param: string, found: number): GatewayError {
  const where = param === '' ? 'request body' : `'${param}'`;
  return badRequest(`Invalid ${where}: ${explained(limit, found)}`, param === '' ? null : param, limitCode(limit));
}

/** Throws GatewayError 400 with `param` if the number of entries exceeds the limit. */
export function requireAtMost(limit: RequestLimit, entries: { readonly length: number }, param: string): void {
  if (entries.length > limit.max) throw aboveLimit(limit, param, entries.length);
}

function explained({ unit, max, what }: RequestLimit, found: number): string {
  switch (unit) {
    case 'entries':
      return `array too long. Expected at most ${max} ${what}, but got ${found} instead.`;
    case 'fields':
      return `too many properties. Expected an object with at most ${max} properties, but got ${found} instead.`;
    case 'names':
    case 'characters':
      return `string too long. Expected at most ${max} ${what}, but got ${found} instead.`;
    case 'value':
      return `integer above maximum value. Expected a value <= ${max}, but got ${found} instead.`;
    case 'restored':
      return `too much content. Expected at most ${max} ${what}, but got at least ${found} instead.`;
    default:
      return unit satisfies never;
  }
}
