import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { DatabaseService } from '../../database/database.service.ts';
import type { Tables } from '../../database/tables.ts';
import { ROLLUP_DIMENSIONS } from '../rollups/row-increments.ts';
import { ROLLUP_TABLE } from '../rollups/rollup-table.ts';
import { dayAfter } from '../time/utc-time.ts';
import { daysOfMonth } from '../usage/reporting-calendar.ts';

/** Sums that are read at a time. */
const MANIFEST_PAGE = 2_000;

/** The sums of one dimension, such as `team`. */
export interface DimensionManifest {
  dimension: string;
  /** SHA-256 of all sums in the order of their key, as hexadecimal digits. */
  hash: string;
  /** Number of sums. */
  count: number;
  /** Total by column, as decimal text. Costs are nano-USD. */
  totals: Record<string, string>;
}

/** What a version of the prices has cost. Costs are nano-USD as decimal text. */
interface PriceVersionManifest {
  version: string;
  lines: number;
  listCost: string;
  contractCost: string;
}

/** The content of a closed month. */
export interface MonthManifest {
  month: string;
  timeZone: string;
  dimensions: DimensionManifest[];
  /** Of the lines of the month, by the UTC day of their request. */
  priceVersions: PriceVersionManifest[];
  /** Rows of the month that are in quarantine, by the UTC day of their request. */
  quarantined: number;
}

/** Returns the SHA-256 of a manifest as hexadecimal digits. */
export function manifestHash(manifest: MonthManifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

/** Reads the sums of a month and computes their hashes. The month must be frozen. */
export async function readManifest(database: DatabaseService, month: string, timeZone: string): Promise<MonthManifest> {
  const dimensions: DimensionManifest[] = [];
  for (const dimension of ROLLUP_DIMENSIONS) dimensions.push(await readDimension(database, dimension, month));
  const priceVersions = await readPriceVersions(database, month);
  const quarantined = await database.query((db) =>
    db
      .selectFrom('ledger_quarantine')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('day', 'like', `${month}-%`)
      .executeTakeFirstOrThrow(),
  );
  return { month, timeZone, dimensions, priceVersions, quarantined: Number(quarantined.count) };
}

async function readDimension(database: DatabaseService, dimension: string, month: string): Promise<DimensionManifest> {
  const hash = createHash('sha256');
  const totals = new Map<string, bigint>(ROLLUP_TABLE.measures.map((name) => [name, 0n]));
  let count = 0;
  let after: readonly string[] | undefined;
  do {
    const page = await database.query((db) => readSums(db, { dimension, month, after }));
    for (const row of page) {
      const key = [row['period'], row['member'], row['model']].map(String);
      const measures = ROLLUP_TABLE.measures.map((name) => String(row[name]));
      hash.update(`${JSON.stringify([...key, ...measures])}\n`);
      for (const name of ROLLUP_TABLE.measures) totals.set(name, totals.get(name)! + BigInt(row[name]!));
      after = key;
    }
    count += page.length;
    if (page.length < MANIFEST_PAGE) after = undefined;
  } while (after !== undefined);
  const texts = Object.fromEntries([...totals].map(([name, total]) => [name, String(total)]));
  return { dimension, hash: hash.digest('hex'), count, totals: texts };
}

interface SumPage {
  readonly dimension: string;
  readonly month: string;
  readonly after?: readonly string[];
}

async function readSums(
  db: Kysely<Tables>,
  { after, dimension, month }: SumPage,
): Promise<Record<string, string | bigint>[]> {
  // Days and months of the month sort from YYYY-MM up to YYYY-MM-31.
  const [period = month, member = '', model = ''] = after ?? [];
  const isLater = after ? sql`>` : sql`>=`;
  const columns = sql.raw([...ROLLUP_TABLE.key, ...ROLLUP_TABLE.measures].join(', '));
  if (isOfPeople(dimension)) return after ? [] : readSumsOfPeople(db, dimension, month);
  const { rows } = await sql<Record<string, string | bigint>>`
    select ${columns} from ledger_rollup
    where dimension = ${dimension} and period >= ${period} and period <= ${`${month}-31`}
      and (period, member, model) ${isLater} (${period}, ${member}, ${model})
    order by dimension, period, member, model limit ${MANIFEST_PAGE}`.execute(db);
  return rows;
}

function isOfPeople(dimension: string): boolean {
  return dimension === 'principal' || dimension === 'principal_month';
}

/** Reads the sums of all people together, because the erasure of a person moves sums from one member to another. */
async function readSumsOfPeople(
  db: Kysely<Tables>,
  dimension: string,
  month: string,
): Promise<Record<string, string | bigint>[]> {
  const sums = sql.raw(ROLLUP_TABLE.measures.map((name) => `sum(${name}) as ${name}`).join(', '));
  const { rows } = await sql<Record<string, string | bigint>>`
    select period, '' as member, model, ${sums} from ledger_rollup
    where dimension = ${dimension} and period >= ${month} and period <= ${`${month}-31`}
    group by period, model order by period, model`.execute(db);
  return rows;
}

/** Reads one day at a time, because a day may have a million lines. */
async function readPriceVersions(database: DatabaseService, month: string): Promise<PriceVersionManifest[]> {
  const versions = new Map<string, { lines: bigint; list: bigint; contract: bigint }>();
  const { from, to } = daysOfMonth(month);
  for (let day = from; day <= to; day = dayAfter(day, 1)) {
    const rows = await database.query((db) =>
      db
        .selectFrom('ledger_line')
        .select(({ fn }) => [
          'price_version',
          fn.countAll<string>().as('lines'),
          fn.sum<string>('list_cost').as('list'),
          fn.sum<string>('contract_cost').as('contract'),
        ])
        .where('day', '=', day)
        .groupBy('price_version')
        .execute(),
    );
    for (const { contract, lines, list, price_version: version } of rows) {
      const known = versions.get(version) ?? { lines: 0n, list: 0n, contract: 0n };
      known.lines += BigInt(lines);
      known.list += BigInt(list);
      known.contract += BigInt(contract);
      versions.set(version, known);
    }
  }
  return [...versions]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([version, { contract, lines, list }]) => ({
      version,
      lines: Number(lines),
      listCost: String(list),
      contractCost: String(contract),
    }));
}
