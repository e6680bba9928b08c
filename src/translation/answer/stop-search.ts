/** Position of a stop sequence in a text, and the sequence itself. */
export interface StopMatch {
  at: number;
  sequence: string;
}

/**
 * Searches a text that arrives in pieces for stop sequences that the model does not accept itself. The sequence that is
 * complete first ends the text. If several are complete at once, the longest does. The result does not depend on where
 * the text was split. Each block of text needs its own instance.
 */
export class StopSearch {
  private held = '';
  private readonly sequences: readonly string[];

  constructor(sequences: readonly string[]) {
    this.sequences = sequences;
  }

  /** Returns the text that can be passed on, and the match that ends it. Holds back text that can begin a sequence. */
  read(piece: string): { text: string; match?: StopMatch } {
    const all = this.held + piece;
    const match = firstStop(all, this.sequences);
    if (match !== undefined) {
      this.held = '';
      return { text: all.slice(0, match.at), match };
    }
    const end = all.length - this.openLength(all);
    this.held = all.slice(end);
    return { text: all.slice(0, end) };
  }

  /** Returns the text that was held back. Call it when no more text follows. */
  flush(): string {
    const { held } = this;
    this.held = '';
    return held;
  }

  /** Returns the length of the longest suffix of the text that is a proper prefix of a sequence. */
  private openLength(text: string): number {
    let longest = 0;
    for (const sequence of this.sequences) {
      for (let length = Math.min(sequence.length - 1, text.length); length > longest; length -= 1) {
        if (text.endsWith(sequence.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}

/** Returns the match that is complete first. Of several, the longest. */
export function firstStop(text: string, sequences: readonly string[]): StopMatch | undefined {
  let best: StopMatch | undefined;
  let end = Infinity;
  for (const sequence of sequences) {
    const at = text.indexOf(sequence);
    if (at < 0) continue;
    const matchEnd = at + sequence.length;
    if (matchEnd > end || (matchEnd === end && best !== undefined && at >= best.at)) continue;
    best = { at, sequence };
    end = matchEnd;
  }
  return best;
}
