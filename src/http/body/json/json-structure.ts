import { badRequest, type GatewayError } from '../../../errors/errors.ts';
import { ObjectShapes, type ScannedString, WHITESPACE_ESCAPES } from './object-shapes.ts';
import { MAX_BODY_DEPTH, MAX_BODY_NODES, MAX_BODY_SHAPES } from './structure-limits.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LETTER_U = 0x75;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** First depth for JSON within a string. Depths of the body itself are lower. */
const FIRST_NESTED_DEPTH = MAX_BODY_DEPTH + 1;
const ESCAPED_MARKS: readonly string[] = ['0022', '003a', '005c'];

/** Number of bytes of a string that are read one by one before a native search starts, whose call costs about as much. */
const SHORT_STRING_BYTES = 64;

/**
 * Counts the values of a JSON text; the result may be slightly too high. Reads bytes only: it neither allocates nor
 * recurses, skips long strings with a native search, and stops at the limit. Does not check the syntax. Throws GatewayError
 * 400 `json_too_deep`, `json_too_many_values` or `json_too_many_shapes`. `where` names the text in the message.
 */
export function countJsonNodes(json: Buffer, where = 'The request body'): number {
  const end = json.length;
  let depth = 0;
  let nodes = 1;
  const shapes = new ObjectShapes();
  for (let at = 0; at < end; at++) {
    switch (json[at]!) {
      case QUOTE: {
        const start = at + 1;
        at = endOfString(json, start);
        nodes += countNestedJson(json, start, at, shapes);
        if (nodes > MAX_BODY_NODES) throw tooManyValues(where);
        shapes.addString(json, { start, end: at, quoteBytes: 1 }, depth);
        if (shapes.count > MAX_BODY_SHAPES) throw tooManyShapes(where);
        break;
      }
      case COMMA:
        if (++nodes > MAX_BODY_NODES) throw tooManyValues(where);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > MAX_BODY_DEPTH) throw tooDeep(where);
        if (++nodes > MAX_BODY_NODES) throw tooManyValues(where);
        shapes.openObject(depth);
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      default:
    }
  }
  return nodes;
}

/** Returns the offset of a string's closing quote, or the end of the text. `start` is the offset after the opening quote. */
function endOfString(json: Buffer, start: number): number {
  let from = start;
  for (;;) {
    const readTo = Math.min(json.length, from + SHORT_STRING_BYTES);
    while (from < readTo) {
      const byte = json[from];
      if (byte === QUOTE) return from;
      // The escaped byte is skipped, too, because it may be a quote.
      from += byte === BACKSLASH ? 2 : 1;
    }
    if (from >= json.length) return json.length;
    const quote = json.indexOf(QUOTE, from);
    if (quote < 0) return json.length;
    if (!isEscaped(json, from, quote)) return quote;
    from = quote + 1;
  }
}

/**
 * Counts the values of JSON within a string; returns 0 for other strings. The translators parse some strings, for example
 * the arguments of tool calls.
 */
function countNestedJson(json: Buffer, start: number, end: number, shapes: ObjectShapes): number {
  const from = startOfNestedJson(json, start, end);
  const scan: NestedScan = { shapes, nodes: 0, depth: 0, stringStart: 0 };
  for (let at = from; at < end; at++) {
    switch (json[at]!) {
      case COMMA:
        scan.nodes++;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        scan.nodes++;
        if (scan.stringStart === 0) shapes.openObject(FIRST_NESTED_DEPTH + (++scan.depth % MAX_BODY_DEPTH));
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (scan.stringStart === 0) scan.depth--;
        break;
      case BACKSLASH:
        at = endOfEscape(json, at + 1, scan);
        break;
      default:
    }
  }
  return scan.nodes;
}

/**
 * Returns the offset of the first character after whitespace. Returns `end` if the string cannot be an object or an array.
 */
function startOfNestedJson(json: Buffer, start: number, end: number): number {
  let from = start;
  while (from < end && isWhitespace(json, from)) from += json[from] === BACKSLASH ? 2 : 1;
  const first = json[from];
  const mayBeJson =
    first === OPEN_LIST || first === OPEN_OBJECT || (first === BACKSLASH && json[from + 1] === LETTER_U);
  return mayBeJson ? from : end;
}

interface NestedScan {
  readonly shapes: ObjectShapes;
  nodes: number;
  depth: number;
  /** Offset after the opening quote of a string in the nested JSON; 0 outside of strings. */
  stringStart: number;
}

/** Returns the last byte of an escape whose backslash precedes `at`. The escaped character belongs to the nested JSON. */
function endOfEscape(json: Buffer, at: number, scan: NestedScan): number {
  switch (json[at]!) {
    case LETTER_U:
      // The escape may represent a bracket or a comma.
      scan.nodes++;
      if (isEscapedMark(json, at + 1)) scan.shapes.count++;
      return at;
    case BACKSLASH:
      // The nested JSON has an escape here. The next character, which may be escaped itself, does not end a string.
      return at + (json[at + 1] === BACKSLASH ? 2 : 1);
    case QUOTE:
      if (scan.stringStart === 0) scan.stringStart = at + 1;
      else {
        const string: ScannedString = { start: scan.stringStart, end: at - 1, quoteBytes: 2 };
        scan.shapes.addString(json, string, FIRST_NESTED_DEPTH + (scan.depth % MAX_BODY_DEPTH));
        scan.stringStart = 0;
      }
      return at;
    default:
      return at;
  }
}

/** Returns true for the code of a quote, a colon or a backslash. Encoders do not write these as codes. */
function isEscapedMark(json: Buffer, at: number): boolean {
  return ESCAPED_MARKS.includes(json.toString('latin1', at, at + 4).toLowerCase());
}

/** Returns true for a space and for the escapes of a tab, a line feed and a carriage return. */
function isWhitespace(json: Buffer, at: number): boolean {
  if (json[at] === SPACE) return true;
  return json[at] === BACKSLASH && WHITESPACE_ESCAPES.includes(json[at + 1]!);
}

/** Returns true if an odd number of backslashes precedes `quote`. No escape is open at `from`. */
function isEscaped(json: Buffer, from: number, quote: number): boolean {
  let first = quote;
  while (first > from && json[first - 1] === BACKSLASH) first--;
  return (quote - first) % 2 === 1;
}

/** Returns a 400 for JSON with too many levels. `where` names the text. */
export function tooDeep(where: string): GatewayError {
  const message = `${where} is nested too deeply: objects and arrays may have at most ${MAX_BODY_DEPTH} levels.`;
  return badRequest(message, null, 'json_too_deep');
}

function tooManyValues(where: string): GatewayError {
  const message = `${where} has too many values: at most ${MAX_BODY_NODES} objects, arrays and entries are accepted.`;
  return badRequest(message, null, 'json_too_many_values');
}

function tooManyShapes(where: string): GatewayError {
  const message =
    `${where} has objects of too many shapes: at most ${MAX_BODY_SHAPES} different field names and orders of fields ` +
    `are accepted. Use fewer different field names, and write the fields of equal objects in the same order.`;
  return badRequest(message, null, 'json_too_many_shapes');
}
