/** Finds the end of a JSON object or list in text that comes in pieces. Brackets within strings do not count. */
export class JsonEndFinder {
  private depth = 0;
  private inString = false;
  private escaped = false;

  /** The index behind the last bracket, where this piece holds it. The first piece begins with the first bracket. */
  endIn(piece: string): number | undefined {
    for (let index = 0; index < piece.length; index += 1) {
      const char = piece[index];
      if (this.escaped) this.escaped = false;
      else if (this.inString) this.inText(char);
      else if (char === '"') this.inString = true;
      else if (char === '{' || char === '[') this.depth += 1;
      else if ((char === '}' || char === ']') && --this.depth === 0) return index + 1;
    }
    return undefined;
  }

  private inText(char: string | undefined): void {
    if (char === '\\') this.escaped = true;
    else if (char === '"') this.inString = false;
  }
}
