/** Matches an escape of a surrogate. Nearly all texts have none and need no further check. */
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;
const BACKSLASH = 0x5c;
const ESCAPE_LENGTH = 6;

/**
 * Removes the escapes of lone surrogates from a JSON text. Clients write them when they cut a text within an emoji, and
 * Bedrock rejects them anywhere. Only escapes can contain them, because the text was decoded from UTF-8. Takes linear time:
 * 32 MB of escapes take about as long as JSON.parse.
 */
export function withoutEscapedLoneSurrogates(json: string): string {
  if (!ESCAPED_SURROGATE.test(json)) return json;
  const parts: string[] = [];
  let from = 0;
  let at = json.indexOf('\\u');
  while (at >= 0) {
    let next = at + 2;
    const kind = isEscape(json, at) ? surrogateAt(json, at) : undefined;
    if (kind !== undefined) {
      next = at + ESCAPE_LENGTH;
      if (kind === 'high' && surrogateAt(json, next) === 'low') next += ESCAPE_LENGTH;
      else {
        if (at > from) parts.push(json.slice(from, at));
        from = next;
      }
    }
    at = json.indexOf('\\u', next);
  }
  if (from === 0) return json;
  parts.push(json.slice(from));
  return parts.join('');
}

/** Returns true if the backslash at `at` is not escaped itself. */
function isEscape(json: string, at: number): boolean {
  let first = at;
  while (first > 0 && json.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 0;
}

/** Returns which half of a surrogate pair the escape at `at` represents; undefined for everything else. */
function surrogateAt(json: string, at: number): 'high' | 'low' | undefined {
  if (json.charCodeAt(at) !== BACKSLASH || json[at + 1] !== 'u') return undefined;
  const unit = Number(`0x${json.slice(at + 2, at + ESCAPE_LENGTH)}`);
  if (unit >= 0xd800 && unit <= 0xdbff) return 'high';
  return unit >= 0xdc00 && unit <= 0xdfff ? 'low' : undefined;
}
