import type { JsonSchema } from '../../json-schema/json-schema.ts';
import { JsonEndFinder } from './json-span.ts';

/** Lets JSON pass as it comes, without the fences and words around it; holds back what stands before it. */
export class JsonTextFilter {
  private readonly opening: RegExp | undefined;
  private readonly span = new JsonEndFinder();
  private state: 'before' | 'inside' | 'behind' = 'before';
  private before = '';
  private passed = '';

  constructor(schema: JsonSchema | undefined) {
    this.opening = openingOf(schema);
  }

  /** What passed so far. */
  get json(): string {
    return this.passed;
  }

  get begun(): boolean {
    return this.state !== 'before';
  }

  push(piece: string): string {
    switch (this.state) {
      case 'before':
        return this.begin(piece);
      case 'inside':
        return this.pass(piece);
      case 'behind':
        return '';
      default:
        return this.state satisfies never;
    }
  }

  /** What was held back, once: text in which no JSON began. */
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
    if (end !== undefined) this.state = 'behind';
    const text = piece.slice(0, end);
    this.passed += text;
    return text;
  }
}

/** Other values than objects and lists have no sign of their beginning: such answers are read when they are whole. */
function openingOf(schema: JsonSchema | undefined): RegExp | undefined {
  if (schema === undefined) return /\{/;
  const { type } = schema;
  if (type === 'object' || schema['properties'] !== undefined) return /\{/;
  if (type === 'array') return /\[/;
  return type === undefined ? /[{[]/ : undefined;
}
