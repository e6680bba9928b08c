import { Logger } from '@nestjs/common';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { isMissingPartition } from './day-partitions.ts';
import type { LedgerMetrics } from './ledger-metrics.ts';
import type { LedgerStore, QuarantinedRow } from './ledger-store.ts';
import type { QuarantineFile } from './quarantine-file.ts';
import { isRefusedRow } from './refused-row.ts';
import { admitRows, type QuarantineReason, quarantinedRow } from './row-admission.ts';

/** Milliseconds after which the time of the database is read again. */
const CLOCK_MS = 60_000;

/** What a delivery writes to. */
export interface DeliveryParts {
  store: LedgerStore;
  metrics: LedgerMetrics;
  /** For rows that the table of the quarantine does not accept. */
  quarantineFile: QuarantineFile;
  /** Reads `ledger.rowRetentionDays`. */
  keptDays(): number;
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
    const { quarantined, rows } = admitRows(lines, await this.databaseNow(), this.parts.keptDays());
    await this.quarantine(quarantined);
    await this.write(rows);
  }

  /** Halves a batch that is refused until single rows remain. */
  private async write(rows: readonly LedgerRow[]): Promise<void> {
    if (rows.length === 0) return;
    const begun = performance.now();
    try {
      const counts = await this.parts.store.write(rows);
      this.parts.metrics.wrote({ ...counts, seconds: (performance.now() - begun) / 1_000 });
    } catch (error) {
      if (isMissingPartition(error) || !isRefusedRow(error)) throw error;
      if (rows.length === 1) {
        await this.quarantine([quarantinedRow(rows[0]!, 'refused', error as Error)]);
        return;
      }
      const middle = Math.ceil(rows.length / 2);
      await this.write(rows.slice(0, middle));
      await this.write(rows.slice(middle));
    }
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
