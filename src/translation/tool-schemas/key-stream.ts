import type { PropertyNames } from './property-names.ts';

/** Characters of a renamed key as JSON at most: quotes, and 64 characters of which each may be escaped. */
const LONGEST_KEY = 2 + 64 * 6;

/**
 * JSON text that comes in pieces cut anywhere, with the client's names of properties. Only an unfinished key is held
 * back; values pass as they arrive.
 */
export class KeyStream {
  private readonly names: PropertyNames;
  /** The open objects (`true`) and lists, outermost first. */
  private readonly containers: boolean[] = [];
  private inside: 'nothing' | 'key' | 'string' = 'nothing';
  private expectsKey = false;
  private escaped = false;
  private held = '';

  constructor(names: PropertyNames) {
    this.names = names;
  }

  push(piece: string): string {
    let passed = '';
    let start = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const character = piece[at]!;
      if (this.inside === 'nothing') {
        if (character !== '"') this.readSign(character);
        else if (this.expectsKey) {
          passed += piece.slice(start, at);
          start = at;
          this.expectsKey = false;
          this.inside = 'key';
        } else if (this.containers.length > 0) this.inside = 'string';
      } else if (this.endsString(character)) {
        if (this.inside === 'key') {
          passed += this.restored(this.held + piece.slice(start, at + 1));
          this.held = '';
          start = at + 1;
        }
        this.inside = 'nothing';
      }
    }
    const rest = piece.slice(start);
    if (this.inside !== 'key') return passed + rest;
    this.held += rest;
    return this.held.length > LONGEST_KEY ? passed + this.release() : passed;
  }

  /** Returns what is still held back, at the end of the text. */
  end(): string {
    return this.inside === 'key' ? this.release() : '';
  }

  /** A key that is too long to be a renamed one passes like any other string. */
  private release(): string {
    const { held } = this;
    this.held = '';
    this.inside = 'string';
    return held;
  }

  private readSign(character: string): void {
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

  private restored(key: string): string {
    const name = key.includes('\\') ? unescapedKey(key) : key.slice(1, -1);
    const known = name === undefined ? undefined : this.names.toClient(name);
    return known === undefined || known === name ? key : JSON.stringify(known);
  }
}

/** Returns a whole text of JSON with the client's names of properties. */
export function withClientKeys(text: string, names: PropertyNames): string {
  const keys = new KeyStream(names);
  return keys.push(text) + keys.end();
}

function unescapedKey(key: string): string | undefined {
  try {
    return JSON.parse(key) as string;
  } catch {
    return undefined;
  }
}
