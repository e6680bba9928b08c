import { badRequest, type GatewayError } from '../../errors.ts';
import { MAX_BODY_DEPTH, MAX_BODY_NODES } from './structure-limits.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
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
    switch (json[at]) {
      case QUOTE:
        at = endOfString(json, at + 1);
        break;
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
