import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { type DatabaseDialect, databaseTime } from '../../database/clock/database-clock.ts';
import { DatabaseService } from '../../database/database.service.ts';
import type { LedgerTables } from '../../database/ledger-tables.ts';
import type { Tables } from '../../database/tables.ts';
import { badRequest, GatewayError } from '../../errors/errors.ts';
import { utcDay } from '../time/utc-time.ts';
import { timeOfUuidV7, uuidV7 } from '../time/uuid-v7.ts';
import { ReportingZone } from '../rollups/reporting-zone.ts';
import { ROLLUP_TABLE, RollupIncrements } from '../rollups/rollup-table.ts';
import { storableJson } from '../rows/storable-json.ts';
import { DayPartitions } from '../writer/day-partitions.ts';
import { LEDGER_ADJUSTMENTS } from '../writer/late-rows.ts';
import { PERIOD_SUMS } from '../writer/ledger-store.ts';
import { insertRecords } from '../writer/record-statements.ts';

const CORRECTED_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A correction of the cost of a row. */
export interface LedgerCorrection {
  /** Id of the row to correct. */
  readonly corrects: string;
  /** What is added, in nano-USD; negative for a credit. */
  readonly listCost: bigint;
  readonly contractCost: bigint;
  readonly reason: string;
}

/** An adjustment as it was written. */
export interface WrittenAdjustment {
  /** Id of the new row. */
  readonly id: string;
  /** Day of the present month into which it counts. */
  readonly countedOn: string;
}

type StoredRow = Pick<
  { [Column in keyof LedgerTables['ledger_row']]: string | null },
  | 'request_id'
  | 'endpoint'
  | 'method'
  | 'key_id'
  | 'team_id'
  | 'application_id'
  | 'principal_id'
  | 'cost_center'
  | 'model_answering'
  | 'corrects_id'
>;

/** Writes adjustments: rows of the present month that correct the cost of an earlier row. */
@Injectable()
export class LedgerAdjustments {
  private readonly zone: ReportingZone;
  private readonly partitions: DayPartitions;

  constructor(
    config: GatewayConfig,
    private readonly database: DatabaseService,
  ) {
    this.zone = new ReportingZone(config.ledger.timeZone);
    this.partitions = new DayPartitions(database);
  }

  /** Creates the partition of the present day, which `write` needs. */
  async prepare(): Promise<void> {
    const now = await this.database.query((db) => databaseTime(db, this.dialect));
    await this.partitions.ensure([utcDay(now)]);
  }

  /** Writes an adjustment. Throws GatewayError 404 for an unknown row, and 400 for the row of an adjustment. */
  async write(transaction: Transaction<Tables>, correction: LedgerCorrection): Promise<WrittenAdjustment> {
    const corrected = await findCorrected(transaction, correction.corrects);
    const now = await databaseTime(transaction, this.dialect);
    const id = uuidV7(now);
    const at = new Date(now).toISOString();
    const countedOn = this.zone.day(now);
    const { contractCost, corrects, listCost, reason } = correction;
    await transaction
      .insertInto('ledger_row')
      .values({
        ...corrected,
        ...NO_AMOUNTS,
        day: at.slice(0, 10),
        id,
        at: now,
        list_cost: listCost,
        contract_cost: contractCost,
        corrects_id: corrects,
      })
      .execute();
    const periods = new RollupIncrements(ROLLUP_TABLE);
    periods.add(sumsOfRow(corrected, countedOn), { list_cost: listCost, contract_cost: contractCost });
    await transaction.executeQuery(insertRecords(this.dialect, PERIOD_SUMS, storableJson(periods.records())));
    const month = this.zone.day(timeOfUuidV7(corrects)).slice(0, 7);
    const adjustment = { row_id: id, kind: 'correction', month, counted_on: countedOn, reason, at };
    await transaction.executeQuery(insertRecords(this.dialect, LEDGER_ADJUSTMENTS, storableJson([adjustment])));
    return { id, countedOn };
  }

  private get dialect(): DatabaseDialect {
    // A database has been open whenever a statement runs.
    return this.database.dialect ?? 'sqlite';
  }
}

/** Columns of a row that stands for no request. */
const NO_AMOUNTS = {
  status: 'succeeded',
  http_status: 200,
  duration_ms: 0,
  retries: 0,
  requests: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cache_write_1h_tokens: 0,
  is_estimated: 0,
  explain: '{}',
} as const;

async function findCorrected(
  transaction: Transaction<Tables>,
  id: string,
): Promise<Omit<StoredRow, 'corrects_id'> & { request_id: string; endpoint: string; method: string }> {
  if (!CORRECTED_ID.test(id))
    throw badRequest('corrects must be the id of a row, as in x-outcrop-id.', 'corrects', 'invalid_value');
  const found = await transaction
    .selectFrom('ledger_row')
    .select(['request_id', 'endpoint', 'method', 'key_id', 'team_id', 'application_id', 'principal_id'])
    .select(['cost_center', 'model_answering', 'corrects_id'])
    .where('day', '=', utcDay(timeOfUuidV7(id)))
    .where('id', '=', id)
    .executeTakeFirst();
  if (found === undefined) {
    throw new GatewayError({
      code: 'not_found',
      message: `The ledger has no row with the id ${id}.`,
      param: 'corrects',
    });
  }
  const { corrects_id: original, ...row } = found;
  if (original !== null) {
    throw badRequest(`The row is an adjustment. Correct the row ${original} instead.`, 'corrects', 'invalid_value');
  }
  return row;
}

/** Returns the keys of all sums into which the cost of a row counts: dimension, period, member, model. */
function sumsOfRow(row: Omit<StoredRow, 'corrects_id'>, day: string): (readonly string[])[] {
  const [team, key, principal] = [row.team_id ?? '', row.key_id ?? '', row.principal_id ?? ''];
  const model = row.model_answering ?? '';
  const month = day.slice(0, 7);
  return [
    ['team', day, team, ''],
    ['team_model', day, team, model],
    ['model', day, model, ''],
    ['application', day, row.application_id ?? '', ''],
    ['cost_center', day, row.cost_center ?? '', ''],
    ['key', day, key, ''],
    ['principal', day, principal, ''],
    ['key_month', month, key, model],
    ['principal_month', month, principal, model],
  ];
}
