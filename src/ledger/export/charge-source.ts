import { setImmediate } from 'node:timers/promises';
import type { Selectable } from 'kysely';
import type { DatabaseService } from '../../database/database.service.ts';
import type { LedgerLineTable } from '../../database/ledger-tables.ts';
import type { PricedUnit } from '../../usage/prices/price-book.ts';
import type { Charge } from './charge.ts';
import { ChargeGroups } from './charge-groups.ts';
import { uuidBound } from '../time/uuid-v7.ts';
import { CHARGE_HOUR_MS, hourStart } from './charge-hours.ts';
import { type ChargedLine, type ChargedRow, chargesOfRow } from './row-charges.ts';

/** Rows that one statement reads: some milliseconds of work, because a gateway serves requests meanwhile. */
const PAGE_ROWS = 250;
/** Charges that are held at a time: some 20 MB. An hour with more terms has several charges for the same ones. */
const MAX_HELD_CHARGES = 20_000;

/** Charges of a batch: some ten milliseconds of work for CSV, and a row group of Parquet. */
const BATCH_CHARGES = 2_000;

/** Reads charges from rows of the ledger. */
export class ChargeSource {
  constructor(
    private readonly database: DatabaseService,
    private readonly maxHeldCharges = MAX_HELD_CHARGES,
  ) {}

  /**
   * Reads the charges of hours, given as YYYY-MM-DDTHH, in batches of at most 2,000. Charges of an hour with equal
   * terms are one, unless the hour has more than are held. Throws DatabaseUnavailableError if the database cannot be used.
   */
  async *batches(hours: Iterable<string>): AsyncGenerator<Charge[], undefined> {
    const groups = new ChargeGroups();
    for (const hour of hours) {
      for await (const charges of this.pages(hour)) {
        for (const charge of charges) groups.add(charge);
        if (groups.size >= this.maxHeldCharges) yield* inBatches(groups.take());
      }
      // Sorted by hour first, so charges of several small hours make one batch.
      if (groups.size >= BATCH_CHARGES) yield* inBatches(groups.take());
    }
    yield* inBatches(groups.take());
    return undefined;
  }

  private async *pages(hour: string): AsyncGenerator<Charge[], undefined> {
    const start = hourStart(hour);
    const day = hour.slice(0, 10);
    const end = uuidBound(start + CHARGE_HOUR_MS);
    for (let after = uuidBound(start); ;) {
      const rows = await this.readRows(day, after, end);
      const last = rows.at(-1);
      if (!last) return undefined;
      const lines = await this.readLines(day, rows[0]!.id, last.id);
      yield rows.flatMap((row) => chargesOfRow(chargedRow(row, lines.get(row.id) ?? []), start));
      after = last.id;
      if (rows.length < PAGE_ROWS) return undefined;
    }
  }

  private readRows(day: string, after: string, end: string) {
    return this.database.query((db) =>
      db
        .selectFrom('ledger_row')
        .select(['id', 'key_id', 'team_id', 'application_id', 'principal_id', 'cost_center', 'model_answering'])
        .select(['price_source', 'is_estimated', 'requests', 'list_cost', 'contract_cost', 'corrects_id'])
        .where('day', '=', day)
        .where('id', '>', after)
        .where('id', '<', end)
        .orderBy('id')
        .limit(PAGE_ROWS)
        .execute(),
    );
  }

  /** Returns lines by the id of their row. A row and its lines are written in one transaction, the row first. */
  private async readLines(day: string, first: string, last: string): Promise<Map<string, ChargedLine[]>> {
    const lines = await this.database.query((db) =>
      db
        .selectFrom('ledger_line')
        .select(['row_id', 'model', 'target', 'region', 'profile', 'account', 'tier', 'units'])
        .select(['price_source', 'is_estimated', 'list_cost', 'contract_cost'])
        .where('day', '=', day)
        .where('row_id', '>=', first)
        .where('row_id', '<=', last)
        .orderBy('row_id')
        .orderBy('position')
        .execute(),
    );
    const byRow = new Map<string, ChargedLine[]>();
    for (const { row_id: id, ...line } of lines) {
      const known = byRow.get(id);
      if (known) known.push(chargedLine(line));
      else byRow.set(id, [chargedLine(line)]);
    }
    return byRow;
  }
}

/** Yields batches, between which a gateway serves requests. */
async function* inBatches(charges: readonly Charge[]): AsyncGenerator<Charge[], undefined> {
  for (let from = 0; from < charges.length; from += BATCH_CHARGES) {
    if (from > 0) await setImmediate();
    yield charges.slice(from, from + BATCH_CHARGES);
  }
  return undefined;
}

type SelectedRow = Awaited<ReturnType<ChargeSource['readRows']>>[number];
type SelectedLine = Omit<
  Selectable<LedgerLineTable>,
  'day' | 'row_id' | 'position' | 'at' | 'price_version' | 'upstream_request_id'
>;

function chargedRow(row: SelectedRow, lines: readonly ChargedLine[]): ChargedRow {
  return {
    team: row.team_id ?? undefined,
    application: row.application_id ?? undefined,
    costCenter: row.cost_center ?? undefined,
    key: row.key_id ?? undefined,
    principal: row.principal_id ?? undefined,
    modelAnswering: row.model_answering ?? undefined,
    priceSource: row.price_source ?? undefined,
    isEstimated: BigInt(row.is_estimated) !== 0n,
    isCorrection: row.corrects_id !== null,
    requests: BigInt(row.requests),
    listCostNano: BigInt(row.list_cost),
    contractCostNano: BigInt(row.contract_cost),
    lines,
  };
}

function chargedLine(line: SelectedLine): ChargedLine {
  return {
    model: line.model,
    target: line.target ?? undefined,
    region: line.region,
    profile: line.profile ?? undefined,
    account: line.account ?? undefined,
    tier: line.tier,
    units: JSON.parse(line.units) as PricedUnit[],
    priceSource: line.price_source,
    isEstimated: BigInt(line.is_estimated) !== 0n,
    listCostNano: BigInt(line.list_cost),
    contractCostNano: BigInt(line.contract_cost),
  };
}
