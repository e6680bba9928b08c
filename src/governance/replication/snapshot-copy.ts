import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import { reasonOf } from '../../errors/described-error.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { GovernanceState } from '../repository/stored-change.ts';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';

/** Version of the format. A copy with another one is ignored. */
const FORMAT = 1;
/** Minimum milliseconds between two writes. */
const WRITE_INTERVAL_MS = 10_000;
/** Lines of one block. */
const BLOCK_LINES = 200;

/** A place that keeps a copy as text. Both methods may reject. */
export interface CopyStorage {
  /** Name for messages. */
  readonly name: string;
  /** Reads the copy in blocks; undefined if there is none. */
  read(): Promise<AsyncIterable<string> | undefined>;
  /** Replaces the copy as a whole. */
  write(blocks: AsyncIterable<string>, state: GovernanceState): Promise<void>;
}

/** The objects of the database as they were at a time. */
export interface StoredSnapshot {
  state: GovernanceState;
  /** Epoch milliseconds at which the objects were equal to those of the database. */
  confirmedAt: number;
  records: readonly GovernanceRecord[];
}

/** Keeps copies of the objects of the database: hashes and ids, no secrets. They serve a start without the database. */
export class SnapshotCopy {
  private readonly logger = new Logger('governance');
  private readonly storages: readonly CopyStorage[];
  private written?: string;
  private writing?: Promise<void>;
  private nextWriteAt = 0;

  constructor(storages: readonly CopyStorage[]) {
    this.storages = storages;
  }

  /** Reads the first complete copy; undefined if there is none. Never rejects. */
  async load(): Promise<StoredSnapshot | undefined> {
    for (const storage of this.storages) {
      try {
        const blocks = await storage.read();
        if (blocks !== undefined) return await parseCopy(blocks);
      } catch (error) {
        this.report('governance_copy_unreadable', storage, error);
      }
    }
    return undefined;
  }

  /** Writes the copies if the state has changed and the last write is long enough ago. Called twice a second. */
  changed(state: GovernanceState, confirmedAt: number, snapshot: GovernanceSnapshot): void {
    const key = `${state.epoch} ${state.revision}`;
    if (key === this.written || this.writing !== undefined || Date.now() < this.nextWriteAt) return;
    this.nextWriteAt = Date.now() + WRITE_INTERVAL_MS;
    this.written = key;
    this.writing = this.write(state, confirmedAt, snapshot).finally(() => (this.writing = undefined));
  }

  /** Waits for a write in progress. */
  async stop(): Promise<void> {
    await this.writing;
  }

  private async write(state: GovernanceState, confirmedAt: number, snapshot: GovernanceSnapshot): Promise<void> {
    for (const storage of this.storages) {
      try {
        await storage.write(renderCopy({ ...state, confirmedAt }, snapshot), state);
      } catch (error) {
        this.written = undefined;
        this.report('governance_copy_not_written', storage, error);
      }
    }
  }

  private report(event: string, { name }: CopyStorage, error: unknown): void {
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    this.logger.warn({ event, copy: name, reason });
  }
}

/** Yields a header, an object in each line, and a line with the hash of everything before it, by which a torn copy is known. */
async function* renderCopy(
  head: GovernanceState & { confirmedAt: number },
  snapshot: GovernanceSnapshot,
): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const pause = new EventLoopPause();
  let block = `${JSON.stringify({ format: FORMAT, ...head })}\n`;
  let lines = 0;
  for (const record of snapshot.databaseRecords()) {
    block += `${JSON.stringify(record)}\n`;
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
  let head: { format: number; epoch: string; revision: number; confirmedAt: number } | undefined;
  let rest = '';
  for await (const block of blocks) {
    const lines = (rest + block).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (/^[0-9a-f]{64}$/.test(line)) {
        if (head === undefined || line !== digest.digest('hex')) throw new Error(TORN);
        const { epoch, revision, confirmedAt } = head;
        return { state: { epoch, revision }, confirmedAt, records };
      }
      digest.update(`${line}\n`);
      const parsed = JSON.parse(line) as unknown;
      if (head === undefined) head = checkedHead(parsed);
      else records.push(parsed as GovernanceRecord);
      if (pause.isDue()) await pause.take();
    }
  }
  throw new Error(TORN);
}

const TORN = 'the copy is incomplete or was changed';

function checkedHead(parsed: unknown): { format: number; epoch: string; revision: number; confirmedAt: number } {
  const head = parsed as { format: number; epoch: string; revision: number; confirmedAt: number };
  if (head.format !== FORMAT) throw new Error(`the copy has the format ${head.format}, not ${FORMAT}`);
  return head;
}
