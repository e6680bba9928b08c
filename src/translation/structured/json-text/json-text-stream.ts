import type { JsonSchema } from '../../json-schema/json-schema.ts';
import { JsonEndFinder } from './json-span.ts';

/** Passes the JSON of streamed text on as it arrives. Holds back the text before the JSON and drops the text after it. */
export class JsonTextFilter {
  private readonly opening: RegExp | undefined;
  private readonly span = new JsonEndFinder();
  private state: 'before' | 'inside' | 'after' = 'before';
  private before = '';
  private passed = '';

  constructor(schema: JsonSchema | undefined) {
    this.opening = openingOf(schema);
  }

  /** The JSON that `push` has returned so far. */
  get json(): string {
    return this.passed;
  }

  /** True if the JSON has begun. */
  get begun(): boolean {
    return this.state !== 'before';
  }

  /** Returns the part of the next piece of text that belongs to the JSON. */
  push(piece: string): string {
    switch (this.state) {
      case 'before':
        return this.begin(piece);
      case 'inside':
        return this.pass(piece);
      case 'after':
        return '';
      default:
        return this.state satisfies never;
    }
  }

  /** Returns the text that was held back, if no JSON has begun, and forgets it. */
  release(): string {
    const text = this.state === 'before' ? this.before : '';
    this.before = '';
    return text;
  }

  private begin(piece: string): string {
    const at = this.opening ? piece.search(this.opening) : -1;
    if (at < 0) {
      this.before += piece;
      return '';
    }
    this.state = 'inside';
    return this.pass(piece.slice(at));
  }

  private pass(piece: string): string {
    const end = this.span.endIn(piece);
    if (end !== undefined) this.state = 'after';
    const text = piece.slice(0, end);
    this.passed += text;
    return text;
  }
}

/**
 * Returns a pattern for the bracket that begins the JSON of a schema. Undefined for scalars, which cannot be recognized in prose. Such
 * answers are held back until they are complete.
 */
function openingOf(schema: JsonSchema | undefined): RegExp | undefined {
  if (schema === undefined) return /\{/;
  const { type } = schema;
  if (type === 'object' || schema['properties'] !== undefined) return /\{/;
  if (type === 'array') return /\[/;
  return type === undefined ? /[{[]/ : undefined;
}
