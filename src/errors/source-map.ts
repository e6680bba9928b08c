/** A location in a file: line and column, both from 0. */
export interface Position {
  line: number;
  column: number;
}

/** A location in a source. `source` is an index of the map's sources. */
export interface SourcePosition extends Position {
  source: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Uint8Array(128);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;
const COMMA = ','.charCodeAt(0);
const SEMICOLON = ';'.charCodeAt(0);

/** Reads the segments of the `mappings` of a source map (ECMA-426), one after the other, without keeping them. */
class SegmentReader {
  line = 0;
  column = 0;
  source = 0;
  originalLine = 0;
  originalColumn = 0;
  /** Number of fields of the segment. A segment with one field has no source; 0 is the end of a line. */
  fields = 0;
  private index = 0;
  private readonly mappings: string;

  constructor(mappings: string) {
    this.mappings = mappings;
  }

  /** Reads the next segment, or the end of a line. Returns false at the end of the mappings. */
  next(): boolean {
    const { mappings } = this;
    if (mappings.charCodeAt(this.index) === COMMA) this.index += 1;
    this.fields = 0;
    if (this.index >= mappings.length) return false;
    if (mappings.charCodeAt(this.index) === SEMICOLON) {
      this.index += 1;
      this.line += 1;
      this.column = 0;
      return true;
    }
    for (; this.index < mappings.length; this.fields += 1) {
      const code = mappings.charCodeAt(this.index);
      if (code === COMMA || code === SEMICOLON) break;
      this.add(this.readNumber());
    }
    return true;
  }

  private readNumber(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const digit = VALUES[this.mappings.charCodeAt(this.index)]!;
      this.index += 1;
      value += (digit & 31) << shift;
      if (digit < 32) return value & 1 ? -(value >> 1) : value >> 1;
      shift += 5;
    }
  }

  /** Adds the difference to the previous segment. The fifth field, a name, is not used. */
  private add(difference: number): void {
    if (this.fields === 0) this.column += difference;
    else if (this.fields === 1) this.source += difference;
    else if (this.fields === 2) this.originalLine += difference;
    else if (this.fields === 3) this.originalColumn += difference;
  }
}

/**
 * Finds the sources of positions in built code, in one pass over the mappings. The result has the order of `positions`;
 * undefined for a position without a source. It keeps nothing of the map, which would take 56 MB as Node's `SourceMap`.
 */
export function sourcePositions(mappings: string, positions: readonly Position[]): (SourcePosition | undefined)[] {
  const found = positions.map((): SourcePosition | undefined => undefined);
  const order = [...positions.keys()].sort((a, b) => {
    const [one, other] = [positions[a]!, positions[b]!];
    return one.line - other.line || one.column - other.column;
  });
  const reader = new SegmentReader(mappings);
  let next = 0;
  /** Lines and columns of the latest segment. */
  let [hasSource, source, line, column] = [false, 0, 0, 0];
  while (next < order.length && reader.next()) {
    // The latest segment is the origin of all positions before this one.
    for (; next < order.length; next += 1) {
      const wanted = positions[order[next]!]!;
      if (wanted.line > reader.line || (wanted.line === reader.line && wanted.column >= reader.column)) break;
      if (hasSource) found[order[next]!] = { source, line, column };
    }
    hasSource = reader.fields >= 4;
    source = reader.source;
    line = reader.originalLine;
    column = reader.originalColumn;
  }
  // The last segment is the origin of all positions after it in its line.
  for (const index of hasSource ? order.slice(next) : []) {
    if (positions[index]!.line === reader.line) found[index] = { source, line, column };
  }
  return found;
}
