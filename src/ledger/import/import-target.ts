import { join } from 'node:path';
import { Registry } from 'prom-client';
import { journalFolderOf } from '../../config/conflicts/journal-folder.ts';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { DatabaseService } from '../../database/database.service.ts';
import { Journal } from '../journal/journal.ts';
import { BatchPreparer } from '../preparation/batch-preparer.ts';
import { ReportingZone } from '../rollups/reporting-zone.ts';
import { parseLedgerRow } from '../rows/parse-ledger-row.ts';
import { BatchDelivery } from '../writer/batch-delivery.ts';
import { LedgerMetrics } from '../writer/ledger-metrics.ts';
import { LedgerStore } from '../writer/ledger-store.ts';
import { QuarantineFile } from '../writer/quarantine-file.ts';

/** Where imported rows go. */
export interface ImportTarget {
  /** Takes rows as JSON. Throws an Error if they cannot be kept. */
  take(rows: readonly string[]): Promise<void>;
  /** Ends the import. Returns what happened to the rows. */
  finish(): Promise<string>;
}

type ImportConfig = Pick<GatewayConfig, 'database' | 'ledger'>;

/** Returns the database as the target. */
export function databaseTarget(config: ImportConfig, database: DatabaseService): ImportTarget {
  const counts = { written: 0, repeated: 0, quarantined: 0 };
  const metrics = new LedgerMetrics(new Registry());
  metrics.wrote = ({ written, repeated }) => {
    counts.written += written;
    counts.repeated += repeated;
  };
  metrics.quarantined = (_reason, rows) => {
    counts.quarantined += rows;
  };
  const preparer = new BatchPreparer();
  const delivery = new BatchDelivery({
    store: new LedgerStore(database, new ReportingZone(config.ledger.timeZone)),
    preparer,
    metrics,
    quarantineFile: new QuarantineFile(join(journalFolderOf(config), 'quarantine.jsonl')),
    keptDays: () => config.ledger.rowRetentionDays,
    timeZone: config.ledger.timeZone,
  });
  return {
    take: (rows) => delivery.deliver(rows),
    finish: async () => {
      await preparer.close();
      return `${counts.written} rows are new, ${counts.repeated} were in the database, ${counts.quarantined} are in quarantine.`;
    },
  };
}

/** Returns the journal of a running gateway as the target. It takes the rows of other processes that ended. */
export async function journalTarget(config: ImportConfig): Promise<ImportTarget> {
  const folder = journalFolderOf(config);
  const counts = { kept: 0, lost: 0 };
  const observer = {
    appended: (rows: number) => void (counts.kept += rows),
    lost: (_reason: string, rows: number) => void (counts.lost += rows),
  };
  const journal = new Journal({ folder, maxBytes: Number.MAX_SAFE_INTEGER, observer });
  return {
    take: async (rows) => {
      for (const row of rows) journal.append(parseLedgerRow(row));
      await journal.flush();
      if (journal.isFailing) throw new Error(`${folder} cannot be written`);
    },
    finish: async () => {
      await journal.close();
      return `The running gateway writes ${counts.kept - counts.lost} rows within a minute.`;
    },
  };
}
