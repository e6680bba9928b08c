import type { BadRequestCode } from '../errors/codes/error-codes.ts';
import { badRequest, type GatewayError } from '../errors/errors.ts';

/** Maximum length of request values in messages. */
const MAX_QUOTE_LENGTH = 64;

/** Bounds of a number, as the codes of OpenAI's errors name them. */
type NumberKind = 'integer' | 'decimal';

/** Returns a 400 for a missing required field, in OpenAI's wording. */
export function missingField(param: string): GatewayError {
  return badRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

/** Returns a 400 for a value of the wrong type. `expected` is a noun phrase: 'an integer', 'one of a string or an array'. */
export function invalidType(param: string, expected: string, found: unknown): GatewayError {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${typeName(found)} instead.`;
  return badRequest(message, param, 'invalid_type');
}

/** Returns a 400 for a value that is not in `supported`. */
export function unsupportedValue(param: string, supported: readonly string[], found: string): GatewayError {
  const shown = found.length > MAX_QUOTE_LENGTH ? `${found.slice(0, MAX_QUOTE_LENGTH)}…` : found;
  return badRequest(
    `Invalid value: '${shown}'. Supported values are: ${enumeration(supported)}.`,
    param,
    'invalid_value',
  );
}

/** Returns a 400 for a field that must have one of the `supported` strings: missing, of another type, or another string. */
export function notListed(param: string, supported: readonly string[], found: unknown): GatewayError {
  if (found === undefined) return missingField(param);
  return typeof found === 'string' ? unsupportedValue(param, supported, found) : invalidType(param, 'a string', found);
}

/** Returns a 400 for a field that must be a string: missing, or of another type. */
export function notText(param: string, found: unknown): GatewayError {
  return found === undefined ? missingField(param) : invalidType(param, 'a string', found);
}

/** Returns a 400 for a field that must be an object: missing, or of another type. */
export function notObject(param: string, found: unknown): GatewayError {
  return found === undefined ? missingField(param) : invalidType(param, 'an object', found);
}

/** Returns a 400 for a field that must be an array: missing, or of another type. */
export function notArray(param: string, found: unknown): GatewayError {
  return found === undefined ? missingField(param) : invalidType(param, 'an array', found);
}

/** Returns a 400 for content that is neither text nor an array of parts. */
export function notContent(param: string, found: unknown): GatewayError {
  return found === undefined
    ? missingField(param)
    : invalidType(param, 'one of a string or an array of objects', found);
}

/** Returns a 400 for a number below its minimum. */
export function belowMinimum(param: string, kind: NumberKind, least: number, found: unknown): GatewayError {
  return outOfRange(
    param,
    `${kind} below minimum value. Expected a value >= ${least}`,
    found,
    `${kind}_below_min_value`,
  );
}

/** Returns a 400 for a number above its maximum. */
export function aboveMaximum(param: string, kind: NumberKind, most: number, found: unknown): GatewayError {
  return outOfRange(
    param,
    `${kind} above maximum value. Expected a value <= ${most}`,
    found,
    `${kind}_above_max_value`,
  );
}

/** Returns a 400 for an empty array. */
export function emptyArray(param: string): GatewayError {
  const expected = 'empty array. Expected an array with minimum length 1, but got an empty array instead.';
  return badRequest(`Invalid '${param}': ${expected}`, param, 'empty_array');
}

/** Returns a 400 for an empty string. */
export function emptyString(param: string): GatewayError {
  const expected = 'empty string. Expected a string with minimum length 1, but got an empty string instead.';
  return badRequest(`Invalid '${param}': ${expected}`, param, 'empty_string');
}

function outOfRange(param: string, expected: string, found: unknown, code: BadRequestCode): GatewayError {
  return badRequest(`Invalid '${param}': ${expected}, but got ${String(found)} instead.`, param, code);
}

/** Returns the type of a JSON value with its article, as OpenAI's errors name it. */
function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  if (isRawNumber(value)) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Returns true for a number that is kept as text, because a double would change it. */
function isRawNumber(value: unknown): boolean {
  return (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}

function enumeration(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}
