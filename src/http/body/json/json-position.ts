/** How much of the text V8 quotes on either side of the character it stumbled over. */
const QUOTED = 10;
const LINE_FEED = 0x0a;

/**
 * Where in `text` JSON.parse stopped, as `line 3, column 14`; undefined when that cannot be told.
 * V8 names the position in some of its messages; in others it only quotes what stands around it.
 */
export function jsonPosition(message: string, text: string): string | undefined {
  const offset = offsetOf(message, text);
  if (offset === undefined) return undefined;
  let line = 1;
  let lineStart = 0;
  // In place: a copy of each line of a large text would cost many times what the text does.
  for (let at = 0; at < offset; at++) {
    if (text.charCodeAt(at) !== LINE_FEED) continue;
    line++;
    lineStart = at + 1;
  }
  return `line ${line}, column ${offset - lineStart + 1}`;
}

function offsetOf(message: string, text: string): number | undefined {
  const named = / at position (\d+)/.exec(message);
  if (named) return Number(named[1]);
  if (message.startsWith('Unexpected end')) return text.length;
  const quoted = /^Unexpected token .+, (\.\.\.)?"(.*)"(\.\.\.)? is not valid JSON$/s.exec(message);
  if (!quoted) return undefined;
  const [, cutBefore, quote = '', cutAfter] = quoted;
  const start = text.indexOf(quote);
  if (start < 0 || text.indexOf(quote, start + 1) >= 0) return undefined;
  if (cutBefore) return start + QUOTED;
  return cutAfter ? start + quote.length - QUOTED : undefined;
}
