import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { JournalObserver, LossReason } from '../journal/journal-observer.ts';
import type { QuarantineReason } from '../preparation/row-admission.ts';

const WRITE_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What the ledger reports at each scrape. */
export interface LedgerGaugeValues {
  journalBytes: number;
  journalMaxBytes: number;
  /** Seconds for which the oldest row waits for the database; 0 without one. */
  lagSeconds: number;
  /** Rows kept apart in the database; undefined before the first count. */
  quarantined?: number;
}

/** Metrics of the ledger. Without a ledger, none has a time series. */
export class LedgerMetrics implements JournalObserver {
  private status?: () => LedgerGaugeValues;
  readonly gauges: readonly Gauge[];
  private readonly rows: Counter<'outcome'>;
  private readonly losses: Counter<'reason'>;
  private readonly quarantines: Counter<'reason'>;
  private readonly durations: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.gauges = ledgerGauges(registry, () => this.status?.());
    this.rows = new Counter({
      name: 'outcrop_ledger_rows_total',
      help: 'Rows of the ledger: appended, recorded by requests; written, new in the database; repeated, in the database before.',
      labelNames: ['outcome'],
      registers,
    });
    this.losses = new Counter({
      name: 'outcrop_ledger_rows_lost_total',
      help: 'Rows of the ledger that were lost, by reason: journal_full; memory, the journal cannot be written; invalid; damaged.',
      labelNames: ['reason'],
      registers,
    });
    this.quarantines = new Counter({
      name: 'outcrop_ledger_rows_quarantined_total',
      help: 'Rows of the ledger that were put into quarantine, by reason: invalid; refused, by the database; old; future.',
      labelNames: ['reason'],
      registers,
    });
    this.durations = new Histogram({
      name: 'outcrop_ledger_write_seconds',
      help: 'Time of a transaction that writes rows of the ledger. Failed ones are not included.',
      buckets: WRITE_SECONDS,
      registers,
    });
  }

  /** Begins the time series of a ledger. Losses begin with 0, because a rate does not see the first value of a series. */
  start(status: () => LedgerGaugeValues): void {
    this.status = status;
    for (const reason of ['journal_full', 'memory'] as const) this.losses.inc({ reason }, 0);
  }

  appended(rows: number): void {
    this.rows.inc({ outcome: 'appended' }, rows);
  }

  wrote({ written, repeated, seconds }: { written: number; repeated: number; seconds: number }): void {
    this.rows.inc({ outcome: 'written' }, written);
    this.rows.inc({ outcome: 'repeated' }, repeated);
    this.durations.observe(seconds);
  }

  lost(reason: LossReason, rows: number): void {
    this.losses.inc({ reason }, rows);
  }

  quarantined(reason: QuarantineReason, rows: number): void {
    this.quarantines.inc({ reason }, rows);
  }
}

/** Creates the gauges that read the state at each scrape. */
function ledgerGauges(registry: Registry, status: () => LedgerGaugeValues | undefined): Gauge[] {
  const gauge = (name: string, help: string, value: (now: LedgerGaugeValues) => number | undefined): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const now = status();
        const present = now && value(now);
        if (present === undefined) this.remove();
        else this.set(present);
      },
    });
  return [
    gauge(
      'outcrop_ledger_journal_bytes',
      'Bytes of the journal of the ledger. The oldest rows are lost at the limit.',
      ({ journalBytes }) => journalBytes,
    ),
    gauge(
      'outcrop_ledger_journal_limit_bytes',
      'Maximum bytes of the journal of the ledger (ledger.journalMaxBytes).',
      ({ journalMaxBytes }) => journalMaxBytes,
    ),
    gauge(
      'outcrop_ledger_lag_seconds',
      'Seconds for which the database has lacked rows of the ledger; 0 if it has all of them.',
      ({ lagSeconds }) => lagSeconds,
    ),
    gauge(
      'outcrop_ledger_quarantine_rows',
      'Rows of the ledger in quarantine, in the whole database.',
      ({ quarantined }) => quarantined,
    ),
  ];
}
