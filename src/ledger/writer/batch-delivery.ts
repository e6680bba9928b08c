import { Logger } from '@nestjs/common';
import type { BatchPreparer } from '../preparation/batch-preparer.ts';
import type { PreparedBatch } from '../preparation/prepared-batch.ts';
import { type QuarantinedRow, type QuarantineReason, quarantinedRow } from '../preparation/row-admission.ts';
import { parseLedgerRow } from '../rows/parse-ledger-row.ts';
import { isMissingPartition } from './day-partitions.ts';
import type { LedgerMetrics } from './ledger-metrics.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { QuarantineFile } from './quarantine-file.ts';
import { isRefusedRow } from './refused-row.ts';

/** Milliseconds after which the time of the database is read again. */
const CLOCK_MS = 60_000;

/** What a delivery writes to. */
export interface DeliveryParts {
  store: LedgerStore;
  preparer: BatchPreparer;
  metrics: LedgerMetrics;
  /** For rows that the table of the quarantine does not accept. */
  quarantineFile: QuarantineFile;
  /** Reads `ledger.rowRetentionDays`. */
  keptDays(): number;
  /** `ledger.timeZone`. */
  timeZone: string;
}

/** Writes batches. Rows that are refused go to the quarantine, and all others are written. */
export class BatchDelivery {
  private readonly logger = new Logger('ledger');
  private clock?: { offset: number; readAt: number };

  constructor(private readonly parts: DeliveryParts) {}

  /**
   * Writes rows, given as JSON. Throws if the database cannot be used now. A part of the rows may be written then, and writing
   * the batch again completes it.
   */
  async deliver(lines: readonly string[]): Promise<void> {
    const now = await this.databaseNow();
    const batch = await this.prepare(lines, now);
    await this.quarantine(batch.quarantined);
    const rejected = new Set(batch.rejected);
    const admitted = rejected.size === 0 ? lines : lines.filter((_line, position) => !rejected.has(position));
    await this.write(admitted, batch, now);
  }

  /** Halves a batch that is refused until single rows remain. */
  private async write(lines: readonly string[], batch: PreparedBatch, now: number): Promise<void> {
    if (batch.count === 0) return;
    const begun = performance.now();
    try {
      const written = await this.parts.store.writeBatch(batch, (ids) => this.prepare(lines, now, ids));
      const seconds = (performance.now() - begun) / 1_000;
      this.parts.metrics.wrote({ written, repeated: lines.length - written, seconds });
    } catch (error) {
      if (isMissingPartition(error) || !isRefusedRow(error)) throw error;
      if (lines.length === 1) {
        await this.quarantine([quarantinedRow(parseLedgerRow(lines[0]!), 'refused', error as Error)]);
        return;
      }
      const middle = Math.ceil(lines.length / 2);
      for (const half of [lines.slice(0, middle), lines.slice(middle)]) {
        await this.write(half, await this.prepare(half, now), now);
      }
    }
  }

  private prepare(lines: readonly string[], now: number, only?: ReadonlySet<string>): Promise<PreparedBatch> {
    const { preparer, timeZone } = this.parts;
    return preparer.prepare({ lines, now, only, keptDays: this.parts.keptDays(), timeZone });
  }

  private async quarantine(rows: readonly QuarantinedRow[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await this.parts.store.quarantine(rows);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      await this.parts.quarantineFile.append(rows);
    }
    for (const { detail, id, reason } of rows) {
      this.parts.metrics.quarantined(reason as QuarantineReason, 1);
      this.logger.error({ event: 'ledger_row_quarantined', id, reason, detail });
    }
  }

  /** Returns the time of the database. A clock of this machine that jumps does not change it. */
  private async databaseNow(): Promise<number> {
    const now = performance.now();
    if (!this.clock || now - this.clock.readAt > CLOCK_MS) {
      this.clock = { offset: (await this.parts.store.now()) - now, readAt: now };
    }
    return performance.now() + this.clock.offset;
  }
}
