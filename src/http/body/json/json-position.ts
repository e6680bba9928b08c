/** Number of characters that V8 quotes before and after the invalid character. */
const QUOTED_CHARACTERS = 10;
const LINE_FEED = 0x0a;

/**
 * Returns the position in `text` at which JSON.parse stopped, as `line 3, column 14`; undefined if it is unknown. V8 names
 * the position in some of its messages; in others, it only quotes the surrounding text.
 */
export function jsonPosition(message: string, text: string): string | undefined {
  const offset = offsetOf(message, text);
  if (offset === undefined) return undefined;
  let line = 1;
  let lineStart = 0;
  // The loop reads the text in place, because copies of the lines of a large text would take much more memory.
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
  if (cutBefore) return start + QUOTED_CHARACTERS;
  return cutAfter ? start + quote.length - QUOTED_CHARACTERS : undefined;
}
