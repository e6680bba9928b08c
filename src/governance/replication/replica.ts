import { Logger } from '@nestjs/common';
import { reasonOf } from '../../errors/described-error.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { ChangesSince, GovernanceState } from '../repository/stored-change.ts';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';
import type { SnapshotCopy } from './snapshot-copy.ts';

/** Milliseconds between two reads of the revision. */
const REVISION_POLL_MS = 500;
/** Minimum milliseconds between two reads of the shared copy while the database has never answered. */
const SHARED_COPY_INTERVAL_MS = 5_000;
/** Maximum number of reads of the difference after a full load, in which further changes can be committed. */
const MAX_CATCH_UPS = 5;

/** The part of the GovernanceRepository that a replica reads. */
export interface ChangeSource {
  state(): Promise<GovernanceState>;
  readAll(): AsyncIterable<readonly GovernanceRecord[]>;
  changesSince(state: GovernanceState): Promise<ChangesSince>;
}

/** Copies of the snapshot. The shared one is read only while the database has not answered since the start. */
export interface SnapshotCopies {
  readonly local?: SnapshotCopy;
  readonly shared?: SnapshotCopy;
}

/**
 * Keeps the objects of the database in the snapshot: reads the revision twice a second, and what has changed. A copy of the
 * snapshot serves a start without the database, until all objects have been read from it.
 */
export class Replica {
  private readonly logger = new Logger('governance');
  private readonly source: ChangeSource;
  private readonly snapshot: GovernanceSnapshot;
  private readonly copies: SnapshotCopies;
  private applied?: GovernanceState;
  /** True while `applied` is the state of a copy, which does not contain everything that the database does. */
  private isCopied = false;
  private nextSharedReadAt = 0;
  private latestRevision = 0;
  /** Epoch milliseconds at which the database was first seen in a state that the snapshot does not have. */
  private behindSince?: number;
  private confirmed = 0;
  private timer?: NodeJS.Timeout;
  private polling?: Promise<void>;
  /** The read that begins after `polling`. */
  private next?: Promise<void>;
  private stopped = false;
  private failure = '';

  constructor(source: ChangeSource, snapshot: GovernanceSnapshot, copies: SnapshotCopies = {}) {
    this.source = source;
    this.snapshot = snapshot;
    this.copies = copies;
  }

  /** True if the objects of the database, or a copy of them, have been loaded. */
  get hasObjects(): boolean {
    return this.applied !== undefined;
  }

  /** Epoch of the snapshot. A restore of a backup changes it. */
  get epoch(): string | undefined {
    return this.applied?.epoch;
  }

  /** Revision of the snapshot; 0 without one. */
  get revision(): number {
    return this.applied?.revision ?? 0;
  }

  /** Number of revisions that the database has and the snapshot does not. */
  get lag(): number {
    return Math.max(0, this.latestRevision - this.revision);
  }

  /** Returns the seconds for which the database has had changes that the snapshot lacks; 0 without such changes. */
  lagSeconds(now: number): number {
    return this.behindSince === undefined ? 0 : Math.max(0, now - this.behindSince) / 1000;
  }

  /** Epoch milliseconds at which the snapshot was equal to the database for the last time; 0 without a snapshot. */
  get confirmedAt(): number {
    return this.confirmed;
  }

  /** Loads the local copy, and begins to read the database. Waits for the copy only. */
  async start(): Promise<void> {
    await this.loadCopy('local');
    this.poll();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.next;
    await this.polling;
    await this.copies.local?.stop();
    await this.copies.shared?.stop();
  }

  /** Reads the database now, e.g. after a change by this process. Never rejects. */
  synchronize(): Promise<void> {
    // One read after the current one serves all callers, and two reads never apply their changes at a time.
    this.next ??= this.updateNext();
    return this.next;
  }

  private async updateNext(): Promise<void> {
    await this.polling;
    this.next = undefined;
    this.polling = this.update();
    await this.polling;
  }

  private poll(): void {
    void this.synchronize().finally(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.poll(), REVISION_POLL_MS).unref();
    });
  }

  private async update(): Promise<void> {
    if (this.stopped) return;
    try {
      const startedAt = Date.now();
      const state = await this.source.state();
      this.latestRevision = state.revision;
      if (this.isCopied || !isSame(state, this.applied)) {
        this.behindSince ??= startedAt;
        await this.catchUp();
      }
      this.behindSince = undefined;
      this.confirmed = startedAt;
      this.failure = '';
      if (this.applied === undefined) return;
      const head = { ...this.applied, confirmedAt: startedAt };
      this.copies.local?.changed(head, this.snapshot);
      this.copies.shared?.changed(head, this.snapshot);
    } catch (error) {
      this.reportFailure(error);
      await this.loadSharedCopy();
    }
  }

  /** Reads the shared copy if the database has never answered, again and again, because other replicas may write a newer one. */
  private async loadSharedCopy(): Promise<void> {
    const isNeeded = this.applied === undefined || this.isCopied;
    if (!isNeeded || this.stopped || Date.now() < this.nextSharedReadAt) return;
    if (await this.loadCopy('shared')) this.nextSharedReadAt = Date.now() + SHARED_COPY_INTERVAL_MS;
  }

  /** Loads a copy that is newer than the present one. Returns false if there is no such place, or it cannot be reached. */
  private async loadCopy(place: keyof SnapshotCopies): Promise<boolean> {
    const copy = this.copies[place];
    if (copy?.isUsable !== true) return false;
    const stored = await copy.load(this.applied && { ...this.applied, confirmedAt: this.confirmed });
    if (stored === undefined) return true;
    const { epoch, revision, confirmedAt } = stored.head;
    await this.snapshot.replaceDatabase([stored.records]);
    this.applied = { epoch, revision };
    this.isCopied = true;
    this.confirmed = confirmedAt;
    this.logger.log({ event: 'governance_copy_loaded', copy: place, epoch, revision, objects: stored.records.length });
    return true;
  }

  private async catchUp(): Promise<void> {
    if (this.applied === undefined || this.isCopied) return this.loadAll();
    const found = await this.source.changesSince(this.applied);
    if (found.kind === 'reload') return this.loadAll();
    await this.snapshot.apply(found.changes);
    this.applied = found.state;
  }

  /** Reads everything, then what has changed meanwhile. The former objects are in effect until then. */
  private async loadAll(): Promise<void> {
    let state = await this.source.state();
    await this.snapshot.replaceDatabase(this.source.readAll());
    for (let round = 0; round < MAX_CATCH_UPS; round++) {
      const found = await this.source.changesSince(state);
      // Another restore or a trimmed revision: the next poll loads everything again.
      if (found.kind === 'reload') break;
      await this.snapshot.apply(found.changes);
      const isComplete = isSame(found.state, state);
      state = found.state;
      if (isComplete) break;
    }
    this.applied = state;
    this.isCopied = false;
    this.logger.log({ event: 'governance_loaded', ...state });
  }

  /** Logs the first failure of a row of equal ones. */
  private reportFailure(error: unknown): void {
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    if (reason === this.failure) return;
    this.failure = reason;
    this.logger.warn({
      event: 'governance_not_current',
      reason,
      msg: 'the teams and keys of the database cannot be read',
    });
  }
}

function isSame(one: GovernanceState, other: GovernanceState | undefined): boolean {
  return other !== undefined && one.epoch === other.epoch && one.revision === other.revision;
}
