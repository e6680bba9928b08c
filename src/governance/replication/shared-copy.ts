import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { SnapshotKeyConfig } from '../../config/gateway-config.ts';
import type { SharedCopyStore } from '../../shared-state/copies/shared-copy-store.ts';
import { SealingKeys } from '../../shared-state/thinking/sealing-keys.ts';
import { CopyError, type CopyHead, type CopyStorage, isNewer, WRITE_INTERVAL_MS } from './snapshot-copy.ts';

/** Compressed bytes of a part. A command with a sealed part takes about as long as one with a stored response. */
const PART_BYTES = 96 * 1024;
/** Maximum number of parts: 24 MiB, about 250,000 keys. */
const MAX_PARTS = 256;
/** Maximum number of characters of a copy that was read. */
const MAX_COPY_TEXT_LENGTH = 512 * 1024 * 1024;
/** How long a copy outlives its last writer. */
const COPY_TTL_MS = 7 * 86_400_000;
const HEAD = 'copy';
const HEAD_CONTEXT = 'governance copy 1';

interface SharedHead extends CopyHead {
  /** Random. Each part is sealed for the copy that it belongs to. */
  copy: string;
  /** The present copy and the next one have separate names, so that at most two exist. */
  slot: 'a' | 'b';
  parts: number;
}

/**
 * The copy in Redis: compressed, and sealed by AES-256-GCM, because a writer of Redis must not be able to add keys. One replica
 * writes it. Parts are written before the head, so that no reader sees half of a copy.
 */
export class SharedCopy implements CopyStorage {
  readonly name = 'Redis';
  private readonly store: SharedCopyStore;
  private readonly keys: () => readonly SnapshotKeyConfig[];

  /** `keys` returns `governance.snapshotKeys`: the first one seals, all open. */
  constructor(store: SharedCopyStore, keys: () => readonly SnapshotKeyConfig[]) {
    this.store = store;
    this.keys = keys;
  }

  get isUsable(): boolean {
    return this.keys().length > 0 && this.store.isConnected;
  }

  async read(known?: CopyHead): Promise<AsyncIterable<string> | undefined> {
    const head = await this.readHead();
    if (head === undefined || !isNewer(head, known)) return undefined;
    const unzipped = createGunzip();
    // A failure of a part ends the text with the same error.
    pipeline(Readable.from(this.readParts(head)), unzipped).catch(() => undefined);
    unzipped.setEncoding('utf8');
    return bounded(unzipped as AsyncIterable<string>);
  }

  /** Returns false if another replica has written within the last seconds, so that this one must try again later. */
  async write(blocks: AsyncIterable<string>, state: CopyHead, refreshMs: number): Promise<boolean> {
    if (replied(await this.store.claim('writer', WRITE_INTERVAL_MS)) === null) return false;
    // A head that cannot be opened is of another key, or damaged. The new one replaces it.
    const former = await this.readHead().catch(() => undefined);
    if (former !== undefined && isCurrent(former, state, refreshMs)) return true;
    const slot = former?.slot === 'a' ? 'b' : 'a';
    const copy = randomBytes(12).toString('hex');
    const sealing = this.sealing;
    let parts = 0;
    for await (const part of compressedParts(blocks)) {
      if (parts === MAX_PARTS) throw new CopyError(`the copy exceeds ${MAX_PARTS * PART_BYTES} bytes`);
      const sealed = sealing.seal(part, partContext(copy, parts));
      replied(await this.store.write(partName(slot, parts), sealed, COPY_TTL_MS));
      parts += 1;
    }
    const { epoch, revision, confirmedAt } = state;
    const head: SharedHead = { epoch, revision, confirmedAt, copy, slot, parts };
    const text = sealing.seal(Buffer.from(JSON.stringify(head)), HEAD_CONTEXT);
    replied(await this.store.write(HEAD, text, COPY_TTL_MS));
    if (former !== undefined) await this.removeParts(former);
    return true;
  }

  private async removeParts({ slot, parts }: SharedHead): Promise<void> {
    for (let index = 0; index < parts; index++) await this.store.remove(partName(slot, index));
  }

  private async readHead(): Promise<SharedHead | undefined> {
    const sealed = replied(await this.store.read(HEAD));
    if (sealed === null) return undefined;
    return JSON.parse(this.open(sealed, HEAD_CONTEXT).toString()) as SharedHead;
  }

  private async *readParts({ copy, slot, parts }: SharedHead): AsyncGenerator<Buffer> {
    for (let index = 0; index < parts; index++) {
      const sealed = replied(await this.store.read(partName(slot, index)));
      if (sealed === null) throw new CopyError('a part of the copy is missing');
      yield this.open(sealed, partContext(copy, index));
    }
  }

  private open(sealed: string, context: string): Buffer {
    const opened = this.sealing.open(sealed, context);
    if (opened === undefined) {
      throw new CopyError('the copy was sealed with a key that governance.snapshotKeys lacks, or was changed');
    }
    return opened;
  }

  private get sealing(): SealingKeys {
    return new SealingKeys(this.keys().map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') })));
  }
}

function replied<Reply>(reply: Reply | undefined): Reply {
  if (reply === undefined) throw new CopyError('Redis is unavailable, or rejected the command');
  return reply;
}

/** Returns true if a copy needs no replacement: another replica has written the same state, or a later one. */
function isCurrent(former: SharedHead, state: CopyHead, refreshMs: number): boolean {
  if (former.epoch !== state.epoch || former.revision < state.revision) return false;
  return former.revision > state.revision || state.confirmedAt - former.confirmedAt < refreshMs;
}

/** Yields the compressed text in parts of `PART_BYTES`, the last one smaller. */
async function* compressedParts(blocks: AsyncIterable<string>): AsyncGenerator<Buffer> {
  const zipped = createGzip();
  pipeline(Readable.from(blocks), zipped).catch(() => undefined);
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of zipped as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < PART_BYTES) continue;
    const whole = Buffer.concat(waiting);
    let start = 0;
    for (; start + PART_BYTES <= whole.length; start += PART_BYTES) yield whole.subarray(start, start + PART_BYTES);
    waiting = [whole.subarray(start)];
    size = whole.length - start;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

async function* bounded(blocks: AsyncIterable<string>): AsyncGenerator<string> {
  let length = 0;
  for await (const block of blocks) {
    length += block.length;
    if (length > MAX_COPY_TEXT_LENGTH) throw new CopyError('the copy is too long');
    yield block;
  }
}

function partName(slot: SharedHead['slot'], index: number): string {
  return `copy:${slot}:${index}`;
}

function partContext(copy: string, index: number): string {
  return `${HEAD_CONTEXT} ${copy} ${index}`;
}
