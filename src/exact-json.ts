/** ECMAScript's proposal "JSON.parse source text access", in Node since version 22. */
interface ExactJson {
  parse(text: string, reviver: (name: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
}

const exact = JSON as unknown as ExactJson;

/** A number whose digits may be lost: a zero at the end of a fraction, an exponent, many digits, a negative zero. */
const MAY_LOSE_DIGITS = /(?:^|[[:,\s])-?(?:\d+(?:\.\d*0|(?:\.\d+)?[eE]|\.\d{16})|\d{16})|(?:^|[[:,\s])-0/;
/** Longer texts are parsed as doubles: with its sources, JSON.parse takes up to 3 µs for each value. */
export const LONGEST_EXACT_TEXT = 256 * 1024;

/**
 * Parses JSON so that JSON.stringify writes its numbers digit by digit: those that a double would change, such as `1.0`
 * or 9007199254740993, become raw JSON, which is an object. Only for values that the gateway passes on without reading
 * their numbers. Throws SyntaxError, and RangeError for values that are nested too deeply.
 */
export function parseExactly(text: string): unknown {
  if (text.length > LONGEST_EXACT_TEXT || !mayLoseDigits(text)) return JSON.parse(text) as unknown;
  return exact.parse(text, (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== JSON.stringify(value)
      ? exact.rawJSON(source)
      : value,
  );
}

export function mayLoseDigits(json: string): boolean {
  return MAY_LOSE_DIGITS.test(json);
}

/** Returns true for a number that `parseExactly` has kept as its text. */
export function isExactNumber(value: unknown): boolean {
  return exact.isRawJSON(value);
}
