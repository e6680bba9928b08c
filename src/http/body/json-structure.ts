import { badRequest, type GatewayError } from '../../errors.ts';
import { MAX_BODY_DEPTH, MAX_BODY_NODES } from './structure-limits.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LETTER_U = 0x75;
/** The letters n, r and t. */
const WHITESPACE_ESCAPES: readonly number[] = [0x6e, 0x72, 0x74];
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Bytes of a string that are read one by one before a native search takes over, whose call costs about as much. */
const SHORT_STRING_BYTES = 64;

/**
 * Returns how many values a JSON text has, or slightly more. Reads bytes only: it neither allocates nor recurses, skips
 * long strings at the speed of memory, and stops at the limit. Does not check the syntax. Throws GatewayError 400
 * `json_too_deep` or `json_too_many_values`; `where` names the text in the message.
 */
export function countJsonNodes(json: Buffer, where = 'The request body'): number {
  const end = json.length;
  let depth = 0;
  let nodes = 1;
  for (let at = 0; at < end; at++) {
    switch (json[at]!) {
      case QUOTE: {
        const start = at + 1;
        at = endOfString(json, start);
        nodes += countNestedJson(json, start, at);
        if (nodes > MAX_BODY_NODES) throw tooManyValues(where);
        break;
      }
      case COMMA:
        if (++nodes > MAX_BODY_NODES) throw tooManyValues(where);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > MAX_BODY_DEPTH) throw tooDeep(where);
        if (++nodes > MAX_BODY_NODES) throw tooManyValues(where);
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

/** Returns where the closing quote of a string is, or the end of the text. `start` is behind the opening quote. */
function endOfString(json: Buffer, start: number): number {
  let from = start;
  for (;;) {
    const readTo = Math.min(json.length, from + SHORT_STRING_BYTES);
    while (from < readTo) {
      const byte = json[from];
      if (byte === QUOTE) return from;
      // The escaped byte is passed over, too; it may be a quote.
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
 * Returns how many values a string has that may be JSON itself; 0 for all other strings. Translators parse some strings:
 * the arguments of tool calls, for example.
 */
function countNestedJson(json: Buffer, start: number, end: number): number {
  let from = start;
  while (from < end && isWhitespace(json, from)) from += json[from] === BACKSLASH ? 2 : 1;
  const first = json[from];
  const mayBeJson =
    first === OPEN_LIST || first === OPEN_OBJECT || (first === BACKSLASH && json[from + 1] === LETTER_U);
  if (!mayBeJson) return 0;
  let nodes = 0;
  for (let at = from; at < end; at++) {
    const byte = json[at];
    // An escape by number may stand for a bracket or a comma.
    if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) nodes++;
    else if (byte === BACKSLASH && json[++at] === LETTER_U) nodes++;
  }
  return nodes;
}

/** Returns true for a space and for the escapes of a tab, a line feed and a carriage return. */
function isWhitespace(json: Buffer, at: number): boolean {
  if (json[at] === SPACE) return true;
  return json[at] === BACKSLASH && WHITESPACE_ESCAPES.includes(json[at + 1]!);
}

/** Returns true if an odd number of backslashes stands before `quote`. `from` is where no escape is open. */
function isEscaped(json: Buffer, from: number, quote: number): boolean {
  let first = quote;
  while (first > from && json[first - 1] === BACKSLASH) first--;
  return (quote - first) % 2 === 1;
}

export function tooDeep(where: string): GatewayError {
  const message = `${where} is nested too deeply: objects and lists may have at most ${MAX_BODY_DEPTH} levels.`;
  return badRequest(message, null, 'json_too_deep');
}

function tooManyValues(where: string): GatewayError {
  const message = `${where} has too many values: at most ${MAX_BODY_NODES} objects, lists and entries are accepted.`;
  return badRequest(message, null, 'json_too_many_values');
}
