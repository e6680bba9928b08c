import { createHash } from 'node:crypto';
import type { Block, CacheTtl, Conversation } from '../conversation.ts';
import { tokensOf } from '../conversation.ts';
import type { Usage } from './answer.ts';

const MAX_ENTRIES = 1000;
/** AWS user guide, prompt caching: a checkpoint finds prefixes that end up to about 20 blocks before it. */
const LOOKBACK = 20;
/** Time to live of entries, in milliseconds. */
const TTL_MS: Record<CacheTtl, number> = { '5m': 5 * 60_000, '1h': 60 * 60_000 };
/** Tokens of an image of any size (the emulator's own rule). */
const IMAGE_TOKENS = 1000;

/** Boundary between blocks, with the hash and the tokens of everything before it. */
interface Boundary {
  key: string;
  tokens: number;
  cache: CacheTtl | undefined;
}

/** Prefixes that earlier requests wrote, by hash. The oldest are removed first. */
export class PromptCache {
  readonly #expiry = new Map<string, number>();

  clear(): void {
    this.#expiry.clear();
  }

  /** Counts the tokens of a prompt, reads the longest cached prefix and writes the prefixes at checkpoints. */
  meter(
    conversation: Conversation,
    modelId: string,
    minimum: number | undefined,
    now: number,
  ): Omit<Usage, 'output' | 'thinking'> {
    const boundaries = boundariesOf(conversation, modelId);
    const total = Math.max(1, boundaries.at(-1)?.tokens ?? 0);
    // A prefix below the minimum is not cached and causes no error.
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
      this.#remember(key, now + TTL_MS[cache]);
    }
    const write = written['5m'] + written['1h'];
    return { input: total - read - write, cacheRead: read, cacheWrite: write, written };
  }

  #remember(key: string, until: number): void {
    this.#expiry.delete(key);
    this.#expiry.set(key, until);
    if (this.#expiry.size > MAX_ENTRIES) {
      const oldest = this.#expiry.keys().next().value;
      if (oldest !== undefined) this.#expiry.delete(oldest);
    }
  }
}

/** Returns the boundaries of a prompt in cache order: tools, system, messages (AWS user guide, prompt caching). */
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

/** Removes the guardrail mark, which does not change the cached prompt. */
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
      // A PDF page of about 75 KB has about 2,000 tokens. DOCX is compressed, so its bytes count like those of a PDF.
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
