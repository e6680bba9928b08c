import { randomBytes } from 'node:crypto';

/** ECMAScript proposal "JSON.parse source text access", available since Node 22. */
interface ExactJson {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
}

const exact = JSON as unknown as ExactJson;

const QUOTE = 0x22;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
/** Length up to which a double preserves the digits of every number. */
const MAX_SAFE_LENGTH = 15;
/** JSON.stringify writes smaller numbers with an exponent. */
const SMALL_FRACTION = '0.000000';
/** Maximum characters of an exact number. Longer ones become doubles, because no tool uses as many digits. */
const MAX_EXACT_NUMBER_LENGTH = 4_096;
/** Number of characters after an escaped quote that are scanned one by one. */
const ESCAPES_NEARBY = 64;
/** Maximum exact numbers of one text. Further ones become doubles. Each takes about 1 µs more than a double. */
export const MAX_EXACT_NUMBERS = 20_000;
/** Prefix of the strings that replace numbers during parsing. Random, so that clients cannot guess it. */
const MARK = `~${randomBytes(18).toString('base64url')}`;

/**
 * Parses JSON without losing digits. Numbers that a double would change, such as `1.0` or 9007199254740993, become raw
 * JSON objects, which JSON.stringify writes digit by digit. Use it only for values that the gateway passes on without
 * reading their numbers.
 * A text without such numbers is parsed with JSON.parse after one scan. Throws SyntaxError for invalid JSON.
 */
export function parseExactly(text: string): unknown {
  return parseWithExactNumbers(text, 0) ?? (JSON.parse(text) as unknown);
}

/**
 * Parses JSON as `parseExactly` does, but converts numbers within fewer than `fromDepth` objects and lists to doubles.
 * Returns undefined if no other number would lose digits, and for invalid JSON.
 */
export function parseWithExactNumbers(text: string, fromDepth: number): unknown {
  const marked = withMarkedNumbers(text, fromDepth);
  if (marked === undefined) return undefined;
  try {
    return restored(JSON.parse(marked));
  } catch {
    return undefined;
  }
}

/** Returns true for a number that `parseExactly` stored as text. */
export function isExactNumber(value: unknown): boolean {
  return exact.isRawJSON(value);
}

/** Returns the double of a number that `parseExactly` stored as text; infinite if it exceeds the range of doubles. */
export function doubleOf(exactNumber: unknown): number {
  return Number((exactNumber as { rawJSON: string }).rawJSON);
}

/** Returns the text with marked numbers; undefined if no number loses digits, and for many invalid texts. */
function withMarkedNumbers(text: string, fromDepth: number): string | undefined {
  const numbers = new MarkedNumbers(text);
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at === 0) return undefined;
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const end = endOfNumber(text, at);
      if (depth >= fromDepth) numbers.mark(at, end);
      at = end;
    } else {
      if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
      at += 1;
    }
  }
  return numbers.text();
}

/** Builds a text in which strings replace the numbers that would lose digits as doubles. */
class MarkedNumbers {
  private readonly original: string;
  private readonly pieces: string[] = [];
  private copied = 0;
  private count = 0;

  constructor(original: string) {
    this.original = original;
  }

  mark(start: number, end: number): void {
    // Most numbers of requests are a single digit.
    if (end - start === 1 || this.count === MAX_EXACT_NUMBERS || !losesDigits(this.original, start, end)) return;
    // A number in place of a field name is invalid JSON, but a string would be valid.
    if (isName(this.original, end)) return;
    this.count += 1;
    this.pieces.push(this.original.slice(this.copied, start), `"${MARK}${this.original.slice(start, end)}"`);
    this.copied = end;
  }

  /** Returns the text; undefined if no number is marked. */
  text(): string | undefined {
    if (this.count === 0) return undefined;
    return this.pieces.join('') + this.original.slice(this.copied);
  }
}

/** Returns the position after the string that starts at `start`; 0 if the string does not end. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return 0;
    let first = quote;
    while (first > at && text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
    // Escapes often occur close together, and each would cost a call of indexOf.
    at = quote + 1;
    for (const near = Math.min(text.length, at + ESCAPES_NEARBY); at < near; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) return at + 1;
      if (code === BACKSLASH) at += 1;
    }
  }
}

/** Returns the position after the characters of a number, valid or not. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    const isPart = (code >= ZERO && code <= NINE) || code === DOT || code === MINUS;
    if (!isPart && code !== 0x65 && code !== 0x45 && code !== 0x2b) break;
  }
  return end;
}

function losesDigits(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length > MAX_EXACT_NUMBER_LENGTH) return false;
  const number = text.slice(start, end);
  if (length <= MAX_SAFE_LENGTH && !/\.\d*0$|[eE]|^-0/.test(number) && !number.includes(SMALL_FRACTION)) return false;
  return NUMBER.test(number) && JSON.stringify(Number(number)) !== number;
}

function isName(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return text.charCodeAt(at) === COLON;
}

/**
 * Replaces the marked strings of a value by exact numbers. Iterative, so that deep values cannot overflow the stack.
 */
function restored(value: unknown): unknown {
  if (isMarked(value)) return exactNumber(value);
  const containers: unknown[] = [value];
  for (let container = containers.pop(); container !== undefined; container = containers.pop()) {
    if (Array.isArray(container)) restoreList(container, containers);
    else restoreFields(container as Record<string, unknown>, containers);
  }
  return value;
}

/** Appends the objects and lists directly inside `list` to `containers`. */
function restoreList(list: unknown[], containers: unknown[]): void {
  for (let index = 0; index < list.length; index += 1) {
    const entry = list[index];
    if (isMarked(entry)) list[index] = exactNumber(entry);
    else if (typeof entry === 'object' && entry !== null) containers.push(entry);
  }
}

/** Appends the objects and lists directly inside `fields` to `containers`. */
function restoreFields(fields: Record<string, unknown>, containers: unknown[]): void {
  // Objects from JSON.parse inherit no enumerable fields.
  for (const name in fields) {
    const entry = fields[name];
    if (isMarked(entry)) fields[name] = exactNumber(entry);
    else if (typeof entry === 'object' && entry !== null) containers.push(entry);
  }
}

function isMarked(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(MARK);
}

function exactNumber(marked: string): object {
  return exact.rawJSON(marked.slice(MARK.length));
}
