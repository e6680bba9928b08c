import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { GatewayConfig } from '../../../config/gateway-config.ts';
import type { DatabaseService } from '../../../database/database.service.ts';
import { reasonOf } from '../../../errors/described-error.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { openObjectStore } from '../../objects/open-object-store.ts';
import { ChargeSource } from '../charge-source.ts';
import { formatCharges } from '../focus/charge-export.ts';
import { type ChargeLabels, readChargeLabels } from '../focus/charge-labels.ts';
import { ExportState, type PendingHour } from './export-state.ts';

/** Milliseconds between two renewals of the lease. */
const RENEWAL_MS = 60_000;
/** Hours that may fail in a row, before a run ends: the store is away then. */
const MAX_FAILURES = 3;

/** Settings of an export. */
export type DeliveryConfig = Pick<GatewayConfig, 'bedrock' | 'ledger'>;

/** Where a run reports its end, and hours that fail. */
export interface DeliveryLogger {
  log(line: Readonly<Record<string, unknown>>): void;
  error(line: Readonly<Record<string, unknown>>): void;
}

/** What a run has exported. */
export interface DeliveryResult {
  readonly hours: number;
  readonly failedHours: number;
  /** False if the run ended early, or an hour has failed. */
  readonly isComplete: boolean;
}

/** Another run has the lease. */
export class ExportRunningError extends Error {
  override readonly name = 'ExportRunningError';
}

/** Returns the state of the destination in the settings; undefined without one. */
export function exportStateOf(database: DatabaseService, { ledger }: DeliveryConfig): ExportState | undefined {
  const { format, url } = ledger.export;
  if (url === undefined) return undefined;
  return new ExportState(database, `${format} ${url.replace(/\/+$/, '')}`, ledger.rowRetentionDays);
}

/** Writes the charges of each hour to an object, which a later run replaces if rows have arrived late. */
export class ChargeDelivery {
  private readonly holder = randomUUID();
  private isStopped = false;

  constructor(
    private readonly database: DatabaseService,
    private readonly config: DeliveryConfig,
    private readonly logger: DeliveryLogger = new Logger('ledger'),
  ) {}

  /** Ends a run after its current hour. */
  stop(): void {
    this.isStopped = true;
  }

  /**
   * Exports all hours that the destination lacks. Throws ExportRunningError if another run has not ended, and
   * DatabaseUnavailableError if the database cannot be used. An hour that fails stays pending for the next run.
   */
  async run(): Promise<DeliveryResult> {
    const state = exportStateOf(this.database, this.config);
    if (!state) throw new Error('ledger.export.url is not set.');
    if (!(await state.acquire(this.holder))) throw new ExportRunningError('Another export has not ended yet.');
    const renewal = setInterval(() => void this.renew(state), RENEWAL_MS).unref();
    const { url, ...options } = this.config.ledger.export;
    const store = await openObjectStore(url!, options);
    let result: DeliveryResult = { hours: 0, failedHours: 0, isComplete: false };
    try {
      result = await this.exportHours(state, store);
      return result;
    } finally {
      clearInterval(renewal);
      store.close();
      await state.release(this.holder, result.isComplete).catch(() => undefined);
      this.logger.log({ event: 'ledger_exported', ...result });
    }
  }

  private async exportHours(state: ExportState, store: ObjectStore): Promise<DeliveryResult> {
    const labels = await readChargeLabels(
      this.database,
      this.config.bedrock,
      this.config.ledger.export.billingAccountId,
    );
    const counts = { hours: 0, failedHours: 0 };
    let failures = 0;
    for (const pending of await state.pendingHours()) {
      if (this.isStopped || failures >= MAX_FAILURES) return { ...counts, isComplete: false };
      try {
        await this.exportHour(pending, store, labels);
        await state.exported(pending);
        counts.hours += 1;
        failures = 0;
      } catch (error) {
        failures += 1;
        counts.failedHours += 1;
        this.logger.error({ event: 'ledger_export_failed', hour: pending.hour, reason: reasonOf(error as Error) });
      }
    }
    return { ...counts, isComplete: counts.failedHours === 0 };
  }

  private async exportHour({ hour }: PendingHour, store: ObjectStore, labels: ChargeLabels): Promise<void> {
    const { format } = this.config.ledger.export;
    const batches = new ChargeSource(this.database).batches([hour]);
    await store.put(objectKey(hour, format), Readable.from(formatCharges(format, batches, labels)));
  }

  private async renew(state: ExportState): Promise<void> {
    try {
      if (!(await state.renew(this.holder))) this.stop();
    } catch {
      // The database is away. The run fails at its next statement, or the next renewal succeeds.
    }
  }
}

/** Returns the key of the object of an hour: the same for each export, so that a later one replaces it. */
export function objectKey(hour: string, format: string): string {
  return `${format}/dt=${hour.slice(0, 10)}/hour=${hour.slice(11)}/charges.${format}`;
}
