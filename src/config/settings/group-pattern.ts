/** Maximum length of an expression, and of the name of a group that it is compared with. */
export const MAX_GROUP_LENGTH = 256;
/** Maximum number of ways in which an expression may match the longest name. Backtracking tries them in a few milliseconds. */
const MAX_WAYS = 200_000;
const GROUP_START = /^\((\?:|\?<[A-Za-z]\w*>)?/;
const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/;
const ESCAPED_CHARACTER = /^\\(?:[pPu]\{[^}]*\}|[^])/;
const CHARACTER_CLASS = /^\[(?:\\[^]|[^\]\\])*\]/;

const TOO_MANY_WAYS =
  'have fewer quantifiers, alternatives and optional parts, such as at most two of + and *: long names would take too much time';

/** What an open parenthesis contains so far. */
interface OpenGroup {
  /** True if it contains a quantifier or an alternative, so that a repetition of it may take exponential time. */
  isAmbiguous: boolean;
  /** Number of `|` in it, without those of inner groups. */
  alternatives: number;
}

/** Compiles the expression of a group. It must match the whole name. Throws SyntaxError. */
export function compileGroupPattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}

/**
 * Returns what is wrong with the expression of a group, as the end of "must …"; undefined for a valid one. It accepts
 * expressions that take a few milliseconds for the longest name, because members of a company can choose names of groups.
 * Backtracking takes exponential time if a repeated part contains a quantifier or an alternative.
 */
export function groupPatternProblem(pattern: string): string | undefined {
  if (pattern.length > MAX_GROUP_LENGTH) return `have at most ${MAX_GROUP_LENGTH} characters`;
  try {
    compileGroupPattern(pattern);
  } catch (error) {
    return `be a regular expression: ${(error as Error).message}`;
  }
  return new PatternScan(pattern).problem();
}

/** Returns the number of capture groups of a valid expression. */
export function captureCount(pattern: string): number {
  return new RegExp(`${pattern}|`, 'u').exec('')!.length - 1;
}

/** Scan of an expression for parts that backtracking makes slow. */
class PatternScan {
  private rest: string;
  private readonly open: OpenGroup[] = [{ isAmbiguous: false, alternatives: 0 }];
  private ways = 1;
  private unbounded = 0;

  constructor(pattern: string) {
    this.rest = pattern;
  }

  problem(): string | undefined {
    while (this.rest !== '') {
      const found = this.step();
      if (found !== undefined) return found;
    }
    return this.ways * (this.current.alternatives + 1) > MAX_WAYS ? TOO_MANY_WAYS : undefined;
  }

  private get current(): OpenGroup {
    return this.open.at(-1)!;
  }

  private step(): string | undefined {
    switch (this.rest.charAt(0)) {
      case '\\':
        if (/^\\[1-9k]/.test(this.rest)) return 'have no back reference';
        this.take(ESCAPED_CHARACTER);
        return this.atom();
      case '[':
        this.take(CHARACTER_CLASS);
        return this.atom();
      case '(':
        if (/^\(\?(?!:|<[A-Za-z])/.test(this.rest)) return 'have no look-around and no modifier';
        this.take(GROUP_START);
        this.open.push({ isAmbiguous: false, alternatives: 0 });
        return undefined;
      case ')':
        this.rest = this.rest.slice(1);
        return this.close(this.open.pop()!);
      case '|':
        this.current.alternatives += 1;
        this.current.isAmbiguous = true;
        this.rest = this.rest.slice(1);
        return undefined;
      default:
        this.take(/^[^]/u);
        return this.atom();
    }
  }

  /** Reads the quantifier after a closed group. */
  private close({ isAmbiguous, alternatives }: OpenGroup): string | undefined {
    this.ways *= alternatives + 1;
    const quantifier = QUANTIFIER.exec(this.rest);
    if (isAmbiguous && quantifier !== null && !quantifier[0].startsWith('?')) {
      return 'repeat no part that contains a quantifier or an alternative';
    }
    if (isAmbiguous) this.current.isAmbiguous = true;
    return this.atom();
  }

  /** Reads the quantifier after a part of the expression. */
  private atom(): undefined {
    const quantifier = QUANTIFIER.exec(this.rest);
    if (quantifier === null) return undefined;
    this.rest = this.rest.slice(quantifier[0].length);
    this.ways *= this.waysOf(quantifier);
    this.current.isAmbiguous = true;
    return undefined;
  }

  /** Returns how many lengths a repetition may have. Several repetitions share the length of the name. */
  private waysOf([text, least, comma, most]: RegExpExecArray): number {
    if (text.startsWith('?')) return 2;
    if (least !== undefined && comma === '') return 1;
    if (least !== undefined && most !== '') return Math.min(MAX_GROUP_LENGTH, Number(most) - Number(least) + 1);
    this.unbounded += 1;
    return MAX_GROUP_LENGTH / this.unbounded;
  }

  private take(pattern: RegExp): void {
    this.rest = this.rest.slice(pattern.exec(this.rest)?.[0].length ?? 1);
  }
}
