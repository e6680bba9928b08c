import { type BeforeApplicationShutdown, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalFolderOf } from '../config/conflicts/journal-folder.ts';
import type { GatewayConfig } from '../config/gateway-config.ts';
import type { DatabaseService } from '../database/database.service.ts';
import { logTaskFailure } from '../database/clock/recurring-task.ts';
import { DatabaseUnavailableError } from '../database/database-unavailable-error.ts';
import { PrincipalErasure } from './erasure/principal-erasure.ts';
import { printedRow } from './import/printed-row.ts';
import { Journal } from './journal/journal.ts';
import { BatchPreparer } from './preparation/batch-preparer.ts';
import { LedgerRetention } from './retention/ledger-retention.ts';
import { ReportingZone } from './rollups/reporting-zone.ts';
import type { LedgerRecorder } from './rows/ledger-recorder.ts';
import type { LedgerRow } from './rows/ledger-row.ts';
import { BatchDelivery } from './writer/batch-delivery.ts';
import type { LedgerMetrics } from './writer/ledger-metrics.ts';
import { LedgerStore } from './writer/ledger-store.ts';
import { LedgerWriter } from './writer/ledger-writer.ts';
import { QuarantineFile } from './writer/quarantine-file.ts';

const LEDGER_TICK_MS = 60_000;
/** Milliseconds at the end of the process for writing rows to the database. The process has 5 s for all connections. */
const EMPTY_MS = 2_000;
/** Milliseconds for printing the rows that remain. */
const PRINT_MS = 1_000;
const PRINTED_ROWS = 500;

/** Settings of the ledger, and where it is written. */
export interface LedgerParts {
  config: Pick<GatewayConfig, 'database' | 'ledger'>;
  database: DatabaseService;
  metrics: LedgerMetrics;
  /** Prints rows that neither the database nor this process keeps. Default: standard output. */
  print?: (text: string) => void;
}

/** The ledger: takes rows into the journal, and writes them to the database in the background. */
export class LedgerService implements LedgerRecorder, BeforeApplicationShutdown, OnApplicationShutdown {
  readonly isEnabled = true;
  readonly store: LedgerStore;
  private readonly logger = new Logger('ledger');
  private readonly journal: Journal;
  private readonly preparer = new BatchPreparer();
  private readonly writer: LedgerWriter;
  private readonly retention: LedgerRetention;
  private readonly erasure: PrincipalErasure;
  private timer?: NodeJS.Timeout;
  private quarantined?: number;
  private isClosed = false;
  private readonly print: (text: string) => void;

  constructor({ config, database, metrics, print }: LedgerParts) {
    const { ledger } = config;
    const folder = journalFolderOf(config);
    metrics.start(() => this.status());
    this.print = print ?? ((text) => process.stdout.write(text));
    this.store = new LedgerStore(database, new ReportingZone(ledger.timeZone));
    this.journal = new Journal({ folder, maxBytes: ledger.journalMaxBytes, observer: metrics });
    const delivery = new BatchDelivery({
      store: this.store,
      preparer: this.preparer,
      metrics,
      quarantineFile: new QuarantineFile(join(folder, 'quarantine.jsonl')),
      keptDays: () => config.ledger.rowRetentionDays,
      timeZone: ledger.timeZone,
    });
    this.writer = new LedgerWriter(this.journal, delivery);
    this.erasure = new PrincipalErasure(database);
    this.retention = new LedgerRetention(database, () => config.ledger);
  }

  /** Opens the journal and begins to write. Does not wait for the database. Never rejects. */
  async start(): Promise<void> {
    await this.journal.start();
    this.writer.start();
    void this.tick();
    this.timer = setInterval(() => void this.tick(), LEDGER_TICK_MS).unref();
  }

  append(row: LedgerRow): void {
    if (this.isClosed) this.print(printedRow(JSON.stringify(row)));
    else this.journal.append(row);
  }

  /**
   * Writes all rows while the database is open. Prints those that it does not take in time, because the journal may end with its
   * pod. They also stay in the journal.
   */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.retention.stop();
    await this.journal.flush();
    // A database that hangs must not take the time for printing.
    const deadline = performance.now() + EMPTY_MS;
    const written = this.writer.stop().then(() => this.writer.empty(deadline));
    await Promise.race([written, sleep(EMPTY_MS, undefined, { ref: false })]);
    await this.printRest();
  }

  /** Ends the journal. Rows of requests that ended meanwhile are printed. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await this.journal.flush();
    await this.printRest();
    await this.journal.close();
    await this.preparer.close();
  }

  private async tick(): Promise<void> {
    await this.journal.adoptOrphans();
    await this.retention.runIfDue();
    await this.repeatErasures();
    try {
      this.quarantined = await this.store.countQuarantine();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) this.logger.warn(error);
    }
  }

  /** Repeats erasures that are due. Never rejects: the next hour repeats them. */
  private async repeatErasures(): Promise<void> {
    await this.erasure.runIfDue().catch((error: unknown) => logTaskFailure(this.logger, 'ledger_erasure', error));
  }

  private async printRest(): Promise<void> {
    const deadline = performance.now() + PRINT_MS;
    let printed = 0;
    for (let batch = await this.journal.read(PRINTED_ROWS); batch; batch = await this.journal.read(PRINTED_ROWS)) {
      if (performance.now() > deadline) break;
      this.print(batch.rows.map(printedRow).join(''));
      printed += batch.rows.length;
      batch.pass();
    }
    if (printed > 0)
      this.logger.warn({ event: 'ledger_rows_printed', rows: printed, isComplete: !this.journal.hasRows });
  }

  private status(): { journalBytes: number; journalMaxBytes: number; lagSeconds: number; quarantined?: number } {
    const { bytes, maxBytes } = this.journal;
    return {
      journalBytes: bytes,
      journalMaxBytes: maxBytes,
      lagSeconds: this.writer.lagSeconds,
      quarantined: this.quarantined,
    };
  }
}
