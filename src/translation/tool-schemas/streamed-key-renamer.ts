import type { PropertyNames } from './property-names.ts';

/** Maximum characters of a renamed key as JSON: quotes, and 64 characters that can all be escaped. */
const MAX_KEY_LENGTH = 2 + 64 * 6;

/**
 * Restores the client's property names in JSON text that arrives in arbitrary pieces. Holds back unfinished keys only.
 * Values pass unchanged as they arrive.
 */
export class StreamedKeyRenamer {
  private readonly names: PropertyNames;
  /** Open containers, outermost first. `true` for an object, `false` for a list. */
  private readonly containers: boolean[] = [];
  private inside: 'nothing' | 'key' | 'string' = 'nothing';
  private expectsKey = false;
  private escaped = false;
  private held = '';

  constructor(names: PropertyNames) {
    this.names = names;
  }

  /** Returns the text to pass on, with the client's names. */
  push(piece: string): string {
    let passed = '';
    let start = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const character = piece[at]!;
      if (this.inside === 'nothing') {
        if (character !== '"') this.readStructure(character);
        else if (this.expectsKey) {
          passed += piece.slice(start, at);
          start = at;
          this.expectsKey = false;
          this.inside = 'key';
        } else if (this.containers.length > 0) this.inside = 'string';
      } else if (this.endsString(character)) {
        if (this.inside === 'key') {
          passed += this.toClientKey(this.held + piece.slice(start, at + 1));
          this.held = '';
          start = at + 1;
        }
        this.inside = 'nothing';
      }
    }
    const rest = piece.slice(start);
    if (this.inside !== 'key') return passed + rest;
    this.held += rest;
    return this.held.length > MAX_KEY_LENGTH ? passed + this.release() : passed;
  }

  /** Returns the text that is still held back. Call it at the end of the text. */
  end(): string {
    return this.inside === 'key' ? this.release() : '';
  }

  /** Releases a key that is too long to be a renamed one. The rest of it passes like any string. */
  private release(): string {
    const { held } = this;
    this.held = '';
    this.inside = 'string';
    return held;
  }

  private readStructure(character: string): void {
    switch (character) {
      case '{':
        this.containers.push(true);
        this.expectsKey = true;
        return;
      case '[':
        this.containers.push(false);
        this.expectsKey = false;
        return;
      case '}':
      case ']':
        this.containers.pop();
        this.expectsKey = false;
        return;
      case ',':
        this.expectsKey = this.containers.at(-1) === true;
        return;
      default:
    }
  }

  private endsString(character: string): boolean {
    if (this.escaped) this.escaped = false;
    else if (character === '\\') this.escaped = true;
    else return character === '"';
    return false;
  }

  private toClientKey(key: string): string {
    const name = key.includes('\\') ? unescapedKey(key) : key.slice(1, -1);
    const known = name === undefined ? undefined : this.names.toClient(name);
    return known === undefined || known === name ? key : JSON.stringify(known);
  }
}

/** Returns a whole JSON text with the client's property names. */
export function withClientKeys(text: string, names: PropertyNames): string {
  const keys = new StreamedKeyRenamer(names);
  return keys.push(text) + keys.end();
}

function unescapedKey(key: string): string | undefined {
  try {
    return JSON.parse(key) as string;
  } catch {
    return undefined;
  }
}
