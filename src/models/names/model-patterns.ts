/** Texts between the `*` of a pattern. */
interface PatternParts {
  readonly first: string;
  readonly middle: readonly string[];
  readonly last: string;
  /** Length of all parts. */
  readonly length: number;
}

/** Matches what `.` of regular expressions does not: no name of a model contains a line break. */
const LINE_BREAK = /[\n\r\u2028\u2029]/;

/**
 * Patterns in which `*` matches any text. A match takes time in proportion to the length of the text for each pattern:
 * administrators of teams write patterns, and an expression with many `.*` would take exponential time.
 */
export class ModelPatterns {
  private readonly patterns: readonly PatternParts[];

  /** Ignores entries without `*`. */
  constructor(patterns: readonly string[]) {
    this.patterns = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => patternParts(pattern));
  }

  /** Returns true if one of the patterns matches the whole text. */
  test(text: string): boolean {
    for (const pattern of this.patterns) if (matchesPattern(pattern, text)) return !LINE_BREAK.test(text);
    return false;
  }
}

function patternParts(pattern: string): PatternParts {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  const middle = rest.filter((part) => part !== '');
  return { first, middle, last, length: [first, ...middle, last].reduce((sum, part) => sum + part.length, 0) };
}

/** Searches each part at its first place after the previous one, which leaves the most text for the parts after it. */
function matchesPattern({ first, middle, last, length }: PatternParts, text: string): boolean {
  if (text.length < length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of middle) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
