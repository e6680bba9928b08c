import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { databaseTime } from '../../database/clock/database-clock.ts';
import { DatabaseService } from '../../database/database.service.ts';
import { GatewayError } from '../../errors/errors.ts';
import { ReportingZone } from '../rollups/reporting-zone.ts';
import type { UsageDimension, UsageQuery } from './usage-query.ts';
import type { UsageReport } from './usage-report.ts';

/** Milliseconds after which the time of the database is read again. */
const USAGE_CLOCK_MS = 60_000;

/** What a report is made from. */
export interface ReportRequest {
  /** Returns the query. `today` is the present day in the reporting zone. */
  readonly query: (today: string) => UsageQuery;
  /** Returns the name of a member; null if it has none. Default: no names. */
  readonly nameOf?: (by: UsageDimension, id: string) => string | null;
}

/** Answers questions about usage from the sums of the ledger. No question reads rows. */
@Injectable()
export class UsageService {
  readonly timeZone: string;
  readonly zone: ReportingZone;
  private readonly isKept: boolean;
  private clock?: { offset: number; readAt: number };

  constructor(
    config: GatewayConfig,
    private readonly database: DatabaseService,
  ) {
    this.timeZone = config.ledger.timeZone;
    this.zone = new ReportingZone(this.timeZone);
    this.isKept = database.isConfigured && config.ledger.enabled !== false;
  }

  /**
   * Reads reports of the same state of the database. Throws GatewayError 409 without a ledger, 400 for a query that no table can
   * answer, and DatabaseUnavailableError if the database cannot be used.
   */
  async reports(requests: readonly ReportRequest[]): Promise<UsageReport[]> {
    this.checkIsKept();
    const { timeZone, zone } = this;
    const now = await this.databaseNow();
    const today = zone.day(now);
    const queries = requests.map(({ query }) => query(today));
    // A gateway without a ledger does not load the package of statements.
    const [{ readUsageReport }, { prepareSums }] = await Promise.all([
      import('./usage-report.ts'),
      import('./usage-reader.ts'),
    ]);
    return this.database.transaction(async (transaction) => {
      if (this.database.dialect === 'postgres') await prepareSums(transaction);
      const reports: UsageReport[] = [];
      for (const [index, query] of queries.entries()) {
        const { nameOf = () => null } = requests[index]!;
        reports.push(await readUsageReport(transaction, query, { zone, timeZone, now, nameOf }));
      }
      return reports;
    }, 'snapshot');
  }

  /** Throws GatewayError 409 without a ledger. */
  checkIsKept(): void {
    if (!this.isKept) throw usageNotKept();
  }

  /** Returns the time of the database, because the clock of this process may be wrong. */
  private async databaseNow(): Promise<number> {
    const at = performance.now();
    if (!this.clock || at - this.clock.readAt > USAGE_CLOCK_MS) {
      const now = await this.database.query((db) => databaseTime(db, this.database.dialect ?? 'sqlite'));
      this.clock = { offset: now - performance.now(), readAt: at };
    }
    return performance.now() + this.clock.offset;
  }
}

/** Returns a 409 for usage without a ledger. */
function usageNotKept(): GatewayError {
  return new GatewayError({
    code: 'invalid_state',
    message:
      'This gateway keeps no ledger, so it knows no usage. Set database.url, and do not set ledger.enabled to false.',
  });
}
