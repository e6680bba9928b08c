import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { databaseTime } from '../../database/clock/database-clock.ts';
import { DatabaseService } from '../../database/database.service.ts';
import type { Tables } from '../../database/tables.ts';
import { badRequest, GatewayError } from '../../errors/errors.ts';
import { ReportingZone } from '../rollups/reporting-zone.ts';
import { monthAfter, zoneDayStart } from '../usage/reporting-calendar.ts';
import { type DimensionManifest, manifestHash, type MonthManifest, readManifest } from './month-manifest.ts';

/** Milliseconds after the end of a month before which it cannot be closed, so that rows that wait in journals arrive. */
const CLOSE_DELAY_MS = 86_400_000;

/** A closed month as the admin API shows it. */
export interface ClosedMonth {
  month: string;
  /** When the sums were frozen, ISO 8601 UTC. */
  frozenAt: string;
  /** Null until the manifest is complete. Close the month again to complete it. */
  manifestHash: string | null;
  manifest: MonthManifest | null;
}

/** A dimension whose sums are no longer those of the manifest. */
export interface ManifestDifference {
  dimension: string;
  closed: Pick<DimensionManifest, 'hash' | 'count' | 'totals'>;
  present: Pick<DimensionManifest, 'hash' | 'count' | 'totals'>;
}

/** Whether the sums of a month are those of its manifest. */
export interface MonthVerdict {
  month: string;
  valid: boolean;
  manifestHash: string;
  differences: ManifestDifference[];
}

/** Closes months: their sums of days and months never change any more. */
@Injectable()
export class MonthClosing {
  readonly zone: ReportingZone;
  private readonly timeZone: string;

  constructor(
    config: GatewayConfig,
    private readonly database: DatabaseService,
  ) {
    this.timeZone = config.ledger.timeZone;
    this.zone = new ReportingZone(this.timeZone);
  }

  /**
   * Freezes the sums of a month and reads its manifest. Rows that arrive afterwards count into the present month. Throws
   * GatewayError 409 for a month that is closed, and one that has not ended for 24 hours by both clocks: that of the database and
   * that of this process. A close that was interrupted continues.
   */
  async freeze(month: string): Promise<MonthManifest> {
    checkMonth(month);
    const end = zoneDayStart(this.zone, `${monthAfter(month, 1)}-01`);
    await this.database.transaction(async (transaction) => {
      const databaseNow = await databaseTime(transaction, this.database.dialect ?? 'sqlite');
      // A clock that is ahead must not close a month early.
      if (Math.min(databaseNow, Date.now()) < end + CLOSE_DELAY_MS) throw notEnded(month, end);
      // Waits for the transactions of all writers, and lets none begin before the commit.
      if (this.database.dialect === 'postgres') {
        await sql`lock table ledger_closed_month in exclusive mode`.execute(transaction);
      }
      const known = await transaction
        .selectFrom('ledger_closed_month')
        .select('manifest_hash')
        .where('month', '=', month)
        .executeTakeFirst();
      if (known !== undefined && known.manifest_hash !== null) throw closedAlready(month);
      if (known !== undefined) return;
      await transaction
        .insertInto('ledger_closed_month')
        .values({ month, begun_at: new Date(databaseNow).toISOString() })
        .execute();
    });
    return readManifest(this.database, month, this.timeZone);
  }

  /** Stores the manifest of a frozen month, and returns its hash. Throws GatewayError 409 if it has one. */
  async complete(transaction: Transaction<Tables>, manifest: MonthManifest): Promise<string> {
    const hash = manifestHash(manifest);
    const { numUpdatedRows } = await transaction
      .updateTable('ledger_closed_month')
      .set({ manifest: JSON.stringify(manifest), manifest_hash: hash })
      .where('month', '=', manifest.month)
      .where('manifest_hash', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw closedAlready(manifest.month);
    return hash;
  }

  /** Returns the closed months, the latest first. */
  async list(): Promise<ClosedMonth[]> {
    const rows = await this.database.query((db) =>
      db.selectFrom('ledger_closed_month').selectAll().orderBy('month', 'desc').execute(),
    );
    return rows.map(({ begun_at: frozenAt, manifest, manifest_hash: hash, month }) => ({
      month,
      frozenAt,
      manifestHash: hash,
      manifest: manifest === null ? null : (JSON.parse(manifest) as MonthManifest),
    }));
  }

  /** Returns a closed month. Throws GatewayError 404 for one that is not closed. */
  async find(month: string): Promise<ClosedMonth> {
    checkMonth(month);
    const found = (await this.list()).find((each) => each.month === month);
    if (found === undefined) {
      throw new GatewayError({ code: 'not_found', message: `The month ${month} is not closed.` });
    }
    return found;
  }

  /** Computes the hashes of a closed month again, and compares them with its manifest. */
  async verify(month: string): Promise<MonthVerdict> {
    const { manifest, manifestHash: hash } = await this.find(month);
    if (manifest === null || hash === null) {
      throw new GatewayError({
        code: 'invalid_state',
        message: `The month ${month} has no manifest yet. Close it again.`,
      });
    }
    const { dimensions } = await readManifest(this.database, month, manifest.timeZone);
    const present = new Map(dimensions.map((each) => [each.dimension, each]));
    const differences = manifest.dimensions.flatMap((closed): ManifestDifference[] => {
      const now = present.get(closed.dimension)!;
      return now.hash === closed.hash ? [] : [{ dimension: closed.dimension, closed, present: now }];
    });
    const valid = differences.length === 0 && manifestHash(manifest) === hash;
    return { month, valid, manifestHash: hash, differences };
  }
}

function checkMonth(month: string): void {
  if (/^2\d{3}-(?:0[1-9]|1[0-2])$/.test(month)) return;
  throw badRequest('The month must be one such as 2026-11.', 'month', 'invalid_value');
}

function notEnded(month: string, end: number): GatewayError {
  const first = new Date(end + CLOSE_DELAY_MS).toISOString();
  return new GatewayError({
    code: 'invalid_state',
    message: `The month ${month} can be closed from ${first} on, 24 hours after its end, by the clocks of the database and of the gateway.`,
  });
}

function closedAlready(month: string): GatewayError {
  return new GatewayError({
    code: 'invalid_state',
    message: `The month ${month} is closed. Correct its rows by adjustments.`,
  });
}
