import type { LedgerConfig } from '../../config/gateway-config.ts';
import type { DatabaseService } from '../../database/database.service.ts';
import { prepareBatch } from '../preparation/prepared-batch.ts';
import { quarantineDetail, type QuarantineReason } from '../preparation/row-admission.ts';
import { ReportingZone } from '../rollups/reporting-zone.ts';
import { LedgerStore } from '../writer/ledger-store.ts';
import { isRefusedRow } from '../writer/refused-row.ts';

/** A row in quarantine, without its content. */
export interface QuarantineEntry {
  readonly id: string;
  /** YYYY-MM-DD; empty for a text that is not a row. */
  readonly day: string;
  readonly reason: string;
  /** The error. */
  readonly detail: string;
  /** When the row was put into quarantine, ISO 8601 UTC. */
  readonly at: string;
}

/**
 * Result of writing a row again. `written`: the ledger has it now. `repeated`: the ledger had it before. `kept`: it stays in quarantine,
 * with the reason of this attempt.
 */
export type RetryResult =
  | { readonly outcome: 'written' | 'repeated' }
  | { readonly outcome: 'kept'; readonly reason: string; readonly detail: string };

const QUARANTINE_COLUMNS = ['id', 'day', 'reason', 'detail', 'at'] as const;

/** Rows that were not accepted. Every method throws DatabaseUnavailableError if the database cannot be used. */
export class LedgerQuarantine {
  constructor(
    private readonly database: DatabaseService,
    private readonly settings: () => LedgerConfig,
  ) {}

  /** Reads entries in the order of their ids, after one of them. */
  async list({
    after = '',
    limit,
    reason,
  }: {
    after?: string;
    limit: number;
    reason?: string;
  }): Promise<QuarantineEntry[]> {
    return this.database.query((db) => {
      const entries = db.selectFrom('ledger_quarantine').select(QUARANTINE_COLUMNS).where('id', '>', after);
      return (reason === undefined ? entries : entries.where('reason', '=', reason))
        .orderBy('id')
        .limit(limit)
        .execute();
    });
  }

  /** Reads an entry with its content: the row as JSON, or the text that is not a row. */
  async find(id: string): Promise<(QuarantineEntry & { readonly content: string }) | undefined> {
    return this.database.query((db) =>
      db
        .selectFrom('ledger_quarantine')
        .select([...QUARANTINE_COLUMNS, 'content'])
        .where('id', '=', id)
        .executeTakeFirst(),
    );
  }

  /** Writes a row by the same rules as a new one. Returns undefined if it is not in quarantine. */
  async retry(id: string): Promise<RetryResult | undefined> {
    const found = await this.find(id);
    if (!found) return undefined;
    const result = await this.write(found.content);
    // A process that ends in between leaves the entry: the next attempt changes no sum.
    if (result.outcome !== 'kept') await this.drop(id);
    else await this.setReason(id, result);
    return result;
  }

  /** Deletes an entry. Returns false if there is none. */
  async drop(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.database.query((db) =>
      db.deleteFrom('ledger_quarantine').where('id', '=', id).executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }

  private async write(content: string): Promise<RetryResult> {
    const { rowRetentionDays: keptDays, timeZone } = this.settings();
    const store = new LedgerStore(this.database, new ReportingZone(timeZone));
    const batch = prepareBatch({ lines: [content], now: await store.now(), keptDays, timeZone });
    const [refusal] = batch.quarantined;
    if (refusal) return { outcome: 'kept', reason: refusal.reason, detail: refusal.detail };
    try {
      return { outcome: (await store.writeBatch(batch, async () => batch)) > 0 ? 'written' : 'repeated' };
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
      const reason: QuarantineReason = 'refused';
      return { outcome: 'kept', reason, detail: quarantineDetail(error as Error) };
    }
  }

  private async setReason(id: string, { detail, reason }: { detail: string; reason: string }): Promise<void> {
    await this.database.query((db) =>
      db.updateTable('ledger_quarantine').set({ detail, reason }).where('id', '=', id).execute(),
    );
  }
}
