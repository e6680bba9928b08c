import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import { reasonOf } from '../../errors/described-error.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { GovernanceState } from '../repository/stored-change.ts';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';
import { copiedRecord } from './copied-record.ts';

/** Version of the format. A copy with another one is ignored. */
const FORMAT = 1;
/** Minimum milliseconds between two writes. */
export const WRITE_INTERVAL_MS = 10_000;
/** Lines of one block. */
const BLOCK_LINES = 200;

/** A copy that cannot be used. The message contains nothing of its content. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}

/** The state that a copy contains. */
export interface CopyHead extends GovernanceState {
  /** Epoch milliseconds at which the objects were equal to those of the database. */
  confirmedAt: number;
}

/** A place that keeps a copy as text. Both methods may reject. */
export interface CopyStorage {
  /** Name for messages. */
  readonly name: string;
  /** False while the place cannot be reached, or is not in use. */
  readonly isUsable: boolean;
  /** Reads the copy in blocks; undefined if there is none that is newer than `known`. */
  read(known?: CopyHead): Promise<AsyncIterable<string> | undefined>;
  /**
   * Replaces the copy as a whole. `refreshMs` is the age from which a copy of the same state is replaced, too. Returns false if
   * the copy must be written later.
   */
  write(blocks: AsyncIterable<string>, state: CopyHead, refreshMs: number): Promise<boolean>;
}

/** The objects of the database as they were at a time. */
export interface StoredSnapshot {
  head: CopyHead;
  records: readonly GovernanceRecord[];
}

/** Keeps a copy of the objects of the database: hashes and ids, no secrets. It serves a start without the database. */
export class SnapshotCopy {
  private readonly logger = new Logger('governance');
  private readonly storage: CopyStorage;
  private readonly refreshMs: () => number;
  private written?: CopyHead;
  private writing?: Promise<void>;
  private nextWriteAt = 0;
  private reported = '';

  /** `refreshMs` returns the age from which a copy is written again, although nothing has changed. */
  constructor(storage: CopyStorage, refreshMs: () => number) {
    this.storage = storage;
    this.refreshMs = refreshMs;
  }

  get isUsable(): boolean {
    return this.storage.isUsable;
  }

  /** Reads the copy if it is complete and newer than `known`. Never rejects. */
  async load(known?: CopyHead): Promise<StoredSnapshot | undefined> {
    if (!this.storage.isUsable) return undefined;
    try {
      const blocks = await this.storage.read(known);
      const stored = blocks && (await parseCopy(blocks));
      // A failure after this one is another one.
      this.reported = '';
      return stored && isNewer(stored.head, known) ? stored : undefined;
    } catch (error) {
      this.report('governance_copy_unreadable', error);
      return undefined;
    }
  }

  /** Writes the copy if the state has changed and the last write is long enough ago. Called twice a second. */
  changed(head: CopyHead, snapshot: GovernanceSnapshot): void {
    if (this.writing !== undefined || Date.now() < this.nextWriteAt || !this.storage.isUsable) return;
    if (isSameState(head, this.written) && head.confirmedAt - this.written.confirmedAt < this.refreshMs()) return;
    this.nextWriteAt = Date.now() + WRITE_INTERVAL_MS;
    this.writing = this.write(head, snapshot).finally(() => (this.writing = undefined));
  }

  /** Waits for a write in progress. */
  async stop(): Promise<void> {
    await this.writing;
  }

  private async write(head: CopyHead, snapshot: GovernanceSnapshot): Promise<void> {
    try {
      if (await this.storage.write(renderCopy(head, snapshot), head, this.refreshMs())) this.written = head;
      this.reported = '';
    } catch (error) {
      this.report('governance_copy_not_written', error);
    }
  }

  /** Logs the first failure of a row of equal ones. */
  private report(event: string, error: unknown): void {
    const reason = error instanceof CopyError ? error.message : reasonOf(error as Error);
    if (reason === this.reported) return;
    this.reported = reason;
    this.logger.warn({ event, copy: this.storage.name, reason });
  }
}

/** Returns true if a copy has a later state. Revisions of different epochs cannot be compared. */
export function isNewer(head: CopyHead, known: CopyHead | undefined): boolean {
  if (known === undefined) return true;
  if (head.epoch !== known.epoch || head.revision === known.revision) return head.confirmedAt > known.confirmedAt;
  return head.revision > known.revision;
}

function isSameState(one: GovernanceState, other: CopyHead | undefined): other is CopyHead {
  return other !== undefined && one.epoch === other.epoch && one.revision === other.revision;
}

/** Yields a header, an object in each line, and a line with the hash of everything before it, by which a torn copy is known. */
async function* renderCopy(head: CopyHead, snapshot: GovernanceSnapshot): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const pause = new EventLoopPause();
  let block = `${JSON.stringify({ format: FORMAT, ...head })}\n`;
  let lines = 0;
  for (const record of snapshot.databaseRecords()) {
    block += `${JSON.stringify(copiedRecord(record))}\n`;
    lines += 1;
    if (lines % BLOCK_LINES !== 0) continue;
    digest.update(block);
    yield block;
    block = '';
    await pause.takeIfLate();
  }
  digest.update(block);
  yield `${block}${digest.digest('hex')}\n`;
}

async function parseCopy(blocks: AsyncIterable<string>): Promise<StoredSnapshot> {
  const pause = new EventLoopPause();
  const digest = createHash('sha256');
  const records: GovernanceRecord[] = [];
  let head: CopyHead | undefined;
  let rest = '';
  for await (const block of blocks) {
    const lines = (rest + block).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (/^[0-9a-f]{64}$/.test(line)) {
        if (head === undefined || line !== digest.digest('hex')) throw new CopyError(TORN);
        return { head, records };
      }
      digest.update(`${line}\n`);
      const parsed = JSON.parse(line) as unknown;
      if (head === undefined) head = checkedHead(parsed);
      else records.push(parsed as GovernanceRecord);
      if (pause.isDue()) await pause.take();
    }
  }
  throw new CopyError(TORN);
}

const TORN = 'the copy is incomplete or was changed';

function checkedHead(parsed: unknown): CopyHead {
  const { format, epoch, revision, confirmedAt } = parsed as CopyHead & { format: number };
  if (format !== FORMAT) throw new CopyError(`the copy has the format ${format}, not ${FORMAT}`);
  return { epoch, revision, confirmedAt };
}
