import { createHash } from 'node:crypto';
import type { Block, CacheTtl, Conversation } from '../conversation.ts';
import { tokensOf } from '../conversation.ts';
import type { Usage } from './answer.ts';

const MOST_ENTRIES = 1000;
/** AWS user guide, prompt caching: a checkpoint finds prefixes that end up to about 20 blocks before it. */
const LOOKBACK = 20;
const LIFE: Record<CacheTtl, number> = { '5m': 5 * 60_000, '1h': 60 * 60_000 };
/** The emulator's own rule: what an image costs, whatever its size. */
const IMAGE_TOKENS = 1000;

/** A boundary between blocks: everything before it, hashed and counted. */
interface Boundary {
  key: string;
  tokens: number;
  cache: CacheTtl | undefined;
}

/** Prefixes written by earlier requests. Keyed by their hash; the oldest are forgotten first. */
export class PromptCache {
  readonly #expiry = new Map<string, number>();

  clear(): void {
    this.#expiry.clear();
  }

  /** Counts the prompt, reads the longest prefix that is known and writes the ones marked. */
  meter(
    conversation: Conversation,
    modelId: string,
    minimum: number | undefined,
    now: number,
  ): Omit<Usage, 'output' | 'thinking'> {
    const boundaries = boundariesOf(conversation, modelId);
    const total = Math.max(1, boundaries.at(-1)?.tokens ?? 0);
    // Too short a prefix is silently not cached.
    const checkpoints = boundaries.flatMap((boundary, index) =>
      boundary.cache !== undefined && minimum !== undefined && boundary.tokens >= minimum
        ? [{ ...boundary, cache: boundary.cache, index }]
        : [],
    );
    let read = 0;
    for (const { index } of checkpoints) {
      for (const known of boundaries.slice(Math.max(0, index - LOOKBACK), index + 1)) {
        if ((this.#expiry.get(known.key) ?? 0) > now) read = Math.max(read, known.tokens);
      }
    }
    const written = { '5m': 0, '1h': 0 };
    let covered = read;
    for (const { key, tokens, cache } of checkpoints) {
      written[cache] += Math.max(0, tokens - covered);
      covered = Math.max(covered, tokens);
      this.#remember(key, now + LIFE[cache]);
    }
    const write = written['5m'] + written['1h'];
    return { input: total - read - write, cacheRead: read, cacheWrite: write, written };
  }

  #remember(key: string, until: number): void {
    this.#expiry.delete(key);
    this.#expiry.set(key, until);
    if (this.#expiry.size > MOST_ENTRIES) {
      const oldest = this.#expiry.keys().next().value;
      if (oldest !== undefined) this.#expiry.delete(oldest);
    }
  }
}

/** The order of a prompt: tools, system, messages. AWS user guide, prompt caching. */
function boundariesOf(conversation: Conversation, modelId: string): Boundary[] {
  const boundaries: Boundary[] = [];
  let tokens = 0;
  let key = modelId;
  const add = (content: unknown, size: number, cache: CacheTtl | undefined): void => {
    key = createHash('sha256').update(key).update(JSON.stringify(content)).digest('base64');
    tokens += size;
    boundaries.push({ key, tokens, cache });
  };
  for (const { cache, ...tool } of conversation.tools) add(tool, tokensOf(JSON.stringify(tool)), cache);
  for (const { text, cache } of conversation.system) add(text, tokensOf(text), cache);
  for (const turn of conversation.turns) {
    for (const { cache, ...block } of turn.blocks) add([turn.role, unmarked(block)], blockTokens(block), cache);
  }
  return boundaries;
}

/** That a guardrail looked at it does not make it another prompt. */
function unmarked(block: Block): Block {
  return block.kind === 'text' ? { kind: 'text', text: block.text } : block;
}

function blockTokens(block: Block): number {
  switch (block.kind) {
    case 'text':
    case 'thinking':
      return tokensOf(block.text);
    case 'image':
      return IMAGE_TOKENS;
    case 'document':
      // A page of a PDF of some 75 KB comes to about 2,000 tokens; of packed files the text counts.
      return Math.ceil(block.bytes / (block.format === 'pdf' || block.format === 'docx' ? 40 : 4));
    case 'tool-use':
      return tokensOf(block.name + JSON.stringify(block.input));
    case 'tool-result':
      return tokensOf(block.text) + block.images.length * IMAGE_TOKENS;
    case 'redacted':
    case 'other':
      return 1;
  }
}

export function promptTokens(conversation: Conversation): number {
  return Math.max(1, boundariesOf(conversation, '').at(-1)?.tokens ?? 0);
}
