/** Where a stop sequence begins in a text, and which one it is. */
export interface StopMatch {
  at: number;
  sequence: string;
}

/**
 * Looks for stop sequences that the model itself does not accept, in a text that comes in pieces. The sequence that is
 * complete first ends the text, the longest of those that are complete at once: the result does not depend on how the
 * text was cut. One for each block of text.
 */
export class StopSearch {
  private held = '';
  private readonly sequences: readonly string[];

  constructor(sequences: readonly string[]) {
    this.sequences = sequences;
  }

  /** The text that can be passed on now, and the match that ends it. What may begin a sequence is held back. */
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

  /** What was held back, once nothing comes behind it. */
  flush(): string {
    const { held } = this;
    this.held = '';
    return held;
  }

  /** Length of the longest end of the text that begins a sequence. */
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

/** The match that is complete first; of several the longest. */
export function firstStop(text: string, sequences: readonly string[]): StopMatch | undefined {
  let best: StopMatch | undefined;
  let end = Infinity;
  for (const sequence of sequences) {
    const at = text.indexOf(sequence);
    if (at < 0) continue;
    const ownEnd = at + sequence.length;
    if (ownEnd > end || (ownEnd === end && best !== undefined && at >= best.at)) continue;
    best = { at, sequence };
    end = ownEnd;
  }
  return best;
}
