import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../../database/database-unavailable-error.ts';
import { reasonOf } from '../../errors/described-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { BatchDelivery } from './batch-delivery.ts';

/** Rows of one transaction. */
const MAX_BATCH_ROWS = 500;
/** Milliseconds for which rows are collected, so that a transaction has many of them. */
const GATHER_MS = 400;
const MIN_RETRY_MS = 250;
const MAX_RETRY_MS = 4_000;

/** Carries rows from the journal to the database until it is stopped. */
export class LedgerWriter {
  private readonly logger = new Logger('ledger');
  private readonly stopping = new AbortController();
  private batchRows = MAX_BATCH_ROWS;
  private running?: Promise<void>;
  private wake: () => void = () => undefined;
  private blockedBy?: string;
  /** When the database had all rows, on the clock of `performance.now()`. */
  private completeAt = performance.now();

  constructor(
    private readonly journal: Journal,
    private readonly delivery: BatchDelivery,
  ) {
    journal.onRows = () => this.wake();
  }

  /** Seconds for which the database has lacked rows; 0 if it has all of them. */
  get lagSeconds(): number {
    return this.journal.hasRows ? (performance.now() - this.completeAt) / 1_000 : 0;
  }

  start(): void {
    this.running = this.run();
  }

  /** Stops after the running transaction. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  /** Writes the rows of the journal until one cannot be written, or until a time of `performance.now()`. Never rejects. */
  async empty(deadline: number): Promise<void> {
    try {
      while (performance.now() < deadline && (await this.writeBatch()) > 0);
    } catch (error) {
      this.logger.warn({ event: 'ledger_not_emptied', reason: reasonOf(error as Error) });
    }
  }

  /** Writes one batch, and returns its number of rows. Throws if it cannot be written now. */
  private async writeBatch(): Promise<number> {
    const begun = performance.now();
    const batch = await this.journal.read(this.batchRows);
    if (!batch) return 0;
    try {
      await this.delivery.deliver(batch.rows);
    } catch (error) {
      this.limitBatch(error);
      throw error;
    }
    await batch.confirm();
    if (batch.isLast) this.completeAt = begun;
    this.batchRows = Math.min(MAX_BATCH_ROWS, this.batchRows * 2);
    return batch.rows.length;
  }

  private async run(): Promise<void> {
    let retryMs = MIN_RETRY_MS;
    while (!this.stopping.signal.aborted) {
      try {
        const rows = await this.writeBatch();
        this.onSuccess();
        retryMs = MIN_RETRY_MS;
        if (rows === 0) await this.nextRows();
        else if (rows < MAX_BATCH_ROWS / 2) await this.pause(GATHER_MS);
      } catch (error) {
        this.onFailure(error as Error);
        await this.pause(retryMs);
        retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
      }
    }
  }

  /** Waits for a row, and then for further ones. */
  private async nextRows(): Promise<void> {
    if (!this.journal.hasRows && !this.stopping.signal.aborted) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.completeAt = performance.now();
    }
    await this.pause(GATHER_MS);
  }

  private async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
  }

  /** Makes the next batches smaller, if the database may be too slow for this one. */
  private limitBatch(error: unknown): void {
    const isSlow = error instanceof DatabaseUnavailableError && ['timeout', 'locked'].includes(error.failure);
    if (isSlow) this.batchRows = Math.max(1, Math.floor(this.batchRows / 4));
  }

  private onSuccess(): void {
    if (this.blockedBy !== undefined) this.logger.log('The ledger is written to the database again.');
    this.blockedBy = undefined;
  }

  /** Logs the first failure of a kind. The service of the database logs its outages. */
  private onFailure(error: Error): void {
    const reason = reasonOf(error);
    if (this.blockedBy === reason) return;
    this.blockedBy = reason;
    const line = { event: 'ledger_write_failed', reason };
    if (error instanceof DatabaseUnavailableError) this.logger.warn(line);
    else this.logger.error(line);
  }
}
