/** Finds the end of a JSON object or list in streamed text. Ignores brackets within strings. */
export class JsonEndFinder {
  private depth = 0;
  private inString = false;
  private escaped = false;

  /**
   * Returns the index after the closing bracket; undefined if it is not in this piece.
   *
   * @param piece - the next piece of text. The first piece must begin with the opening bracket.
   */
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
