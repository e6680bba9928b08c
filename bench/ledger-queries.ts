/**
 * Fills the sums of a ledger as ten million requests of 90 days leave them. There are 100,000 keys, 20,000 people, 1,000 teams and
 * 20 models (Zipf). Then it times every kind of usage query:
 * `node --import ./bench/source-hook.ts bench/ledger-queries.ts [postgres|sqlite] [REQUESTS]`. Exits with 1 if a median exceeds 200 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { GatewayConfig } from '../src/config/gateway-config.ts';
import { DatabaseService } from '../src/database/database.service.ts';
import { openWithSchema } from '../src/database/opening/open-with-schema.ts';
import { QUARTER_HOUR_TABLE, ROLLUP_TABLE } from '../src/ledger/rollups/rollup-table.ts';
import { dayAfter } from '../src/ledger/time/utc-time.ts';
import type { UsageQuery } from '../src/ledger/usage/usage-query.ts';
import { UsageService } from '../src/ledger/usage/usage.service.ts';
import { startPostgres } from '../test/support/postgres.ts';

const LIMIT_MS = 200;
const ROUNDS = 7;
const DAYS = 90;
const FILL_MS = 900_000;

const [kind = 'postgres', count = kind === 'sqlite' ? '1000000' : '10000000'] = process.argv.slice(2);
const isSqlite = kind === 'sqlite';
const perDay = Number(count) / DAYS;
const today = new Date().toISOString().slice(0, 10);
const uniform = isSqlite ? '(random() / 18446744073709551616.0 + 0.5)' : 'random()';

const folder = mkdtempSync(join(tmpdir(), 'outcrop-ledger-queries-'));
const postgres = isSqlite ? undefined : await startPostgres({ settings: ['shared_buffers=256MB', 'max_wal_size=4GB'] });
if (!isSqlite && !postgres) throw new Error('PostgreSQL is missing.');
const config = new GatewayConfig();
const url = postgres ? await postgres.createDatabase() : `sqlite:${join(folder, 'ledger.db')}`;
Object.assign(config.database, { url, timeoutMs: FILL_MS });
const database = new DatabaseService(config.database, () => openWithSchema(config.database));
await database.start();

async function run(statement: string): Promise<void> {
  await database.query((db) => sql.raw(statement).execute(db));
}

/** Returns a table of the numbers from 1. */
function numbers(name: string, most: number): string {
  return `${name}(n) as (select 1 union all select n + 1 from ${name} where n < ${most})`;
}

/** Returns the table of the days, with `day` as text. */
function days(): string {
  const list = Array.from({ length: DAYS }, (_day, index) => `('${dayAfter(today, -index)}')`);
  return `days(day) as (values ${list.join(', ')})`;
}

/** Returns the sums of a row for a number of requests `r`. */
function measures(columns: readonly string[]): string {
  const factors: Readonly<Record<string, number>> = {
    requests: 1,
    calls: 1,
    input_tokens: 2_000,
    output_tokens: 400,
    list_cost: 12_000_000,
    contract_cost: 10_000_000,
  };
  return columns.map((name) => `cast(r * ${factors[name] ?? 0} as bigint)`).join(', ');
}

/**
 * Fills a dimension. A member n of `members` has a share of 1/n of the requests, and a row on a day with the probability that it
 * has a request.
 */
async function fill(
  dimension: string,
  members: number,
  options: { models?: number; months?: boolean } = {},
): Promise<void> {
  const { models = 1, months = false } = options;
  let harmonic = 0;
  for (let n = 1; n <= members; n += 1) harmonic += 1 / n;
  const share = (perDay * (months ? 30 : 1)) / harmonic / (models > 1 ? 2 : 1);
  const period = months ? 'substr(day, 1, 7)' : 'day';
  const model = models === 1 ? "''" : "'model_' || m.n";
  await run(`
    insert into ${ROLLUP_TABLE.name} (${[...ROLLUP_TABLE.key, ...ROLLUP_TABLE.measures].join(', ')})
    with recursive ${days()}, ${numbers('m', models)}, ${numbers('k', members)},
      periods as (select distinct ${period} as period from days),
      drawn as (
        select period, '${dimension}_' || k.n as member, ${model} as model, ${share} / k.n / m.n as mean from periods cross join k cross join m
      ),
      counted as (
        select period, member, model, ceil(mean * (0.5 + ${uniform})) as r from drawn where ${uniform} < 1 - exp(-mean)
      )
    select '${dimension}', period, member, model, ${measures(ROLLUP_TABLE.measures)} from counted order by period`);
}

async function fillQuarterHours(): Promise<void> {
  const share = perDay / 96 / 20;
  await run(
    `
    insert into ${QUARTER_HOUR_TABLE.name} (${[...QUARTER_HOUR_TABLE.key, ...QUARTER_HOUR_TABLE.measures].join(', ')})
    with recursive ${days()}, ${numbers('m', 20)}, ${numbers('q', 96)},
      hours as (select (q.n - 1) / 4 as hour, ((q.n - 1) % 4) * 15 as minute from q),
      places(tier, region, account) as (values ('default', 'eu-west-1', ''), ('default', 'us-east-1', ''),
        ('default', 'eu-central-1', 'research'), ('flex', 'eu-west-1', ''), ('priority', 'eu-west-1', '')),
      counted as (
        select day || 'T' || substr('0' || hour, -2) || ':' || substr('0' || minute, -2) || 'Z' as quarter,
          'model_' || m.n as model, tier, region, account, ceil(${share}) as r
        from days cross join hours cross join m cross join places where ${uniform} < 0.6
      )
    select quarter, model, tier, region, account, ${measures(QUARTER_HOUR_TABLE.measures)} from counted order by quarter`.replaceAll(
      /substr\('0' \|\| (\w+), -2\)/g,
      isSqlite ? "substr('0' || $1, -2)" : "right('0' || $1, 2)",
    ),
  );
}

const begun = performance.now();
for (const [dimension, members] of [
  ['team', 1_000],
  ['application', 3_000],
  ['cost_center', 100],
  ['model', 20],
] as const) {
  await fill(dimension, members);
}
await fill('team_model', 1_000, { models: 20 });
await fill('key', 100_000);
await fill('principal', 20_000);
await fill('key_month', 100_000, { models: 4, months: true });
await fill('principal_month', 20_000, { models: 4, months: true });
await fillQuarterHours();
await run(isSqlite ? 'analyze' : `vacuum analyze ${ROLLUP_TABLE.name}`);
if (!isSqlite) await run(`vacuum analyze ${QUARTER_HOUR_TABLE.name}`);
const rows = await database.query((db) =>
  sql<{ dimension: string; rows: string; requests: string }>`
    select dimension, count(*) as rows, sum(requests) as requests from ledger_rollup group by dimension order by 1`.execute(
    db,
  ),
);
for (const row of rows.rows) console.log(`${row.dimension.padEnd(16)} ${row.rows} sums, ${row.requests} requests`);
console.log(`filled in ${Math.round((performance.now() - begun) / 1_000)} s`);

const usage = new UsageService(config, database);
const back = (length: number) => ({ from: dayAfter(today, 1 - length), to: today });
const month = { from: `${today.slice(0, 7)}-01`, to: today };
const whole = { isCompared: true, hasForecast: true };
const questions: Record<string, Partial<UsageQuery>> = {
  'teams, 7 days': { by: 'team', ...back(7) },
  'teams, 90 days': { by: 'team', ...back(90) },
  'teams, 90 days by day, top 20': { by: 'team', interval: 'day', limit: 20, ...back(90) },
  'teams, this month, compared, forecast': { by: 'team', ...month, ...whole },
  'teams of a model, 31 days': { by: 'team', filters: { model: ['model_3'] }, ...back(31) },
  'one team by day, 90 days': { interval: 'day', filters: { team: ['team_7'] }, ...back(90) },
  'models, 90 days by day': { by: 'model', interval: 'day', ...back(90) },
  'models of a team, 90 days': { by: 'model', filters: { team: ['team_model_7'] }, ...back(90) },
  'applications, 90 days': { by: 'application', ...back(90) },
  'cost centers, 90 days, compared': { by: 'costCenter', ...back(45), isCompared: true },
  'keys, today': { by: 'key', ...back(1) },
  'keys, 7 days': { by: 'key', ...back(7) },
  'keys, 31 days': { by: 'key', from: dayAfter(today, -30), to: dayAfter(today, -1) },
  'keys, this month': { by: 'key', ...month },
  'one key by day, 90 days': { interval: 'day', filters: { key: ['key_5'] }, ...back(90) },
  'models of a key, this month': { by: 'model', filters: { key: ['key_month_5'] }, ...month },
  'people, 7 days': { by: 'principal', ...back(7) },
  'people, this month': { by: 'principal', ...month },
  'models by quarter hour, 2 days': { by: 'model', interval: 'quarter-hour', limit: 20, ...back(2) },
  'models by hour, 14 days': { by: 'model', interval: 'hour', limit: 20, ...back(14) },
  'tiers by day, 31 days': { by: 'tier', interval: 'day', ...back(31) },
  'regions, 31 days': { by: 'region', ...back(31) },
  'accounts of a model, 31 days': { by: 'account', filters: { model: ['model_2'] }, ...back(31) },
};
const common = { filters: {}, limit: 100, isCompared: false, hasForecast: false };
let isSlow = false;
for (const [name, question] of Object.entries(questions)) {
  const times: number[] = [];
  let cost = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const [report] = await usage.reports([{ query: () => ({ ...common, ...question }) as UsageQuery }]);
    times.push(performance.now() - start);
    cost = report!.totals.usage.contractCostUsd;
  }
  times.sort((one, other) => one - other);
  const median = times[(ROUNDS - 1) / 2]!;
  isSlow ||= median > LIMIT_MS;
  console.log(
    `${name.padEnd(42)} ${median.toFixed(1).padStart(7)} ms, longest ${times.at(-1)!.toFixed(1).padStart(7)} ms, ${cost} USD`,
  );
}
await database.onApplicationShutdown();
await postgres?.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(isSlow ? 1 : 0);
