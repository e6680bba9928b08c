/**
 * Records rows of the ledger at a fixed rate, while the database is killed three times, the process is killed once and
 * terminated once, and one row is refused. Then compares what was appended with what PostgreSQL has:
 * `node --import ./bench/source-hook.ts bench/ledger-writer.ts [SECONDS] [RATE]`. Defaults: 600 s, 1,000 rows/s.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../test/support/postgres.ts';

/** Milliseconds for which a killed database stays away. */
const OUTAGE_MS = 3_000;
/** Milliseconds within which a row of a killed process reaches the operating system. */
const ALLOWED_LOSS_MS = 100;
const DATABASE_KILLS = 3;

const [seconds = 600, rate = 1_000] = process.argv.slice(2).map(Number);
const postgres = await startPostgres({ settings: ['synchronous_commit=on', 'shared_buffers=128MB'] });
if (!postgres) throw new Error('PostgreSQL is missing.');
const url = await postgres.createDatabase();
const folder = mkdtempSync(join(tmpdir(), 'outcrop-ledger-bench-'));

/** Ids of appended rows with the time of each. */
const appended = new Map<string, number>();
const poisoned = new Set<string>();

function startRecorder(): ChildProcess {
  const parts = ['--import', './bench/source-hook.ts', 'test/ledger/record-rows.ts', url, folder, String(rate)];
  const child = spawn(process.execPath, parts, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [kind, id = '', at] = line.split(' ');
    if (kind === 'appended') appended.set(id, Number(at));
    else if (kind === 'poisoned') poisoned.add(id);
    else if (kind === 'cpu') console.log(line);
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  child.kill(signal);
  const at = Date.now();
  await once(child, 'close');
  return at;
}

/** Reads the number of rows that a statement selects. */
async function count(statement: string): Promise<number> {
  const [row] = await postgres!.query(`select (${statement})::text as count`, url);
  return Number(row!['count']);
}

const step = (seconds * 1_000) / (DATABASE_KILLS + 3);
let recorder = startRecorder();
for (let kill = 1; kill <= DATABASE_KILLS; kill += 1) {
  await sleep(step - OUTAGE_MS);
  console.log(`${appended.size} rows appended: the database is killed`);
  await postgres.kill();
  await sleep(OUTAGE_MS);
  await postgres.restart();
}
recorder.kill('SIGUSR2');
await sleep(step);
console.log(`${appended.size} rows appended: the process is killed`);
const killedAt = await end(recorder, 'SIGKILL');
recorder = startRecorder();
await sleep(step);
console.log(`${appended.size} rows appended: the process is terminated`);
await end(recorder, 'SIGTERM');
recorder = startRecorder();
await sleep(step);
const waiting = appended.size - (await count('select count(*) from ledger_row'));
console.log(`${appended.size} rows appended: the end. The database lacked ${waiting} of them.`);
await end(recorder, 'SIGTERM');

const stored = new Set((await postgres.query('select id from ledger_row', url)).map(({ id }) => id as string));
const lost = [...appended].filter(([id]) => !stored.has(id));
const isAllowed = ([, at]: [string, number]): boolean => at <= killedAt && at >= killedAt - ALLOWED_LOSS_MS;
const sums = await postgres.query(
  'select dimension, sum(requests)::text as requests from ledger_rollup group by dimension order by 1',
  url,
);
const wrong = sums.filter(({ requests }) => requests !== String(stored.size));
console.table({
  appended: appended.size,
  stored: stored.size,
  'lost within 100 ms before the kill': lost.filter(isAllowed).length,
  'lost otherwise': lost.filter((row) => !isAllowed(row)).length,
  'sums that differ from the rows': wrong.length,
  lines: await count('select count(*) from ledger_line'),
  'calls in quarter hours': await count('select sum(calls) from ledger_quarter_hour'),
  'refused rows appended': poisoned.size,
  'rows in quarantine': await count('select count(*) from ledger_quarantine'),
  'bytes of the database': await count('select pg_database_size(current_database())'),
});
const isComplete =
  lost.every(isAllowed) &&
  wrong.length === 0 &&
  (await count('select count(*) from ledger_quarantine')) === poisoned.size &&
  (await count('select sum(calls) from ledger_quarter_hour')) === stored.size;
await postgres.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(isComplete ? 0 : 1);
