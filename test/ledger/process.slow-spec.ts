import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROLLUP_DIMENSIONS } from '../../src/ledger/rollups/row-increments.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import { describeDatabases, describePostgres, describeSqlite } from '../database/databases.ts';
import { ledgerRows } from './ledger-rows.ts';
import { countRows, journalFolder, readAll, startTestLedger, stopTestLedger, until } from './ledger-database.ts';

/** Milliseconds within which a row reaches the operating system, as docs/billing.md states. */
const LOST_MS = 100;

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

interface RecordingProcess {
  child: ChildProcess;
  output: () => string;
  /** Returns the ids of the appended rows with the time of each. */
  appended: () => Map<string, number>;
  ended: Promise<unknown>;
}

function startProcess(url: string, folder: string, rate = 1_000): RecordingProcess {
  const parts = ['--import', './bench/source-hook.ts', 'test/ledger/record-rows.ts', url, folder, String(rate)];
  const child = spawn(process.execPath, parts, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  running.add(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const ended = once(child, 'close').finally(() => running.delete(child));
  const lines = (): RegExpStringIterator<RegExpExecArray> => output.matchAll(/^appended (\S+) (\d+)$/gm);
  return {
    child,
    output: () => output,
    ended,
    appended: () => new Map([...lines()].map(([, id, at]) => [id!, Number(at)])),
  };
}

async function storedIds(database: DatabaseService): Promise<Set<string>> {
  return new Set((await readAll(database, 'select id from ledger_row')).map(({ id }) => id!));
}

/** Returns the time of the last row. A process of a busy machine may stand still for some time before its end. */
function lastTime(appended: ReadonlyMap<string, number>): number {
  return Math.max(...appended.values());
}

/** Expects that each sum counts each stored row once. */
async function expectSums(database: DatabaseService): Promise<void> {
  const rows = String(await countRows(database));
  const sums = await readAll(
    database,
    'select dimension, sum(requests) as requests from ledger_rollup group by dimension',
  );
  expect(sums.map(({ requests }) => requests)).toEqual(ROLLUP_DIMENSIONS.map(() => rows));
  expect(await readAll(database, 'select sum(calls) as calls from ledger_quarter_hour')).toEqual([{ calls: rows }]);
}

describeDatabases('the ledger of a process', (test) => {
  it('loses at most the rows of the last 100 ms if the process is killed', async () => {
    const [url, folder] = [await test.createDatabase(), await journalFolder()];
    const first = startProcess(url, folder);
    await until(async () => first.appended().size > 1_500);
    first.child.kill('SIGKILL');
    await first.ended;
    const appended = first.appended();
    const database = await test.connect({ url });
    const before = await countRows(database);
    const next = await startTestLedger(database, { journalFolder: folder });
    await stopTestLedger(next);
    const stored = await storedIds(database);
    const lost = [...appended].filter(([id]) => !stored.has(id));
    expect(lost.filter(([, at]) => at < lastTime(appended) - LOST_MS)).toEqual([]);
    expect(stored.size).toBeGreaterThan(before);
    await expectSums(database);
  });

  it('loses no row if the process is terminated', async () => {
    const [url, folder] = [await test.createDatabase(), await journalFolder()];
    const { appended, child, ended, output } = startProcess(url, folder);
    await until(async () => appended().size > 1_500);
    child.kill('SIGTERM');
    await ended;
    const database = await test.connect({ url });
    expect(await storedIds(database)).toEqual(new Set(appended().keys()));
    expect(output()).not.toContain('"stream":"ledger"');
    await expectSums(database);
  });
});

describePostgres('the ledger of several processes', (test) => {
  it('writes all rows of two processes with one journal folder, one of which is killed', async () => {
    const [url, folder] = [await test.createDatabase(), await journalFolder()];
    const [first, second] = [startProcess(url, folder, 500), startProcess(url, folder, 500)];
    await until(async () => first.appended().size > 700 && second.appended().size > 700);
    first.child.kill('SIGKILL');
    await first.ended;
    second.child.kill('SIGTERM');
    await second.ended;
    const database = await test.connect({ url });
    const next = await startTestLedger(database, { journalFolder: folder });
    await stopTestLedger(next);
    const stored = await storedIds(database);
    expect([...second.appended().keys()].filter((id) => !stored.has(id))).toEqual([]);
    const lost = [...first.appended()].filter(([id]) => !stored.has(id));
    expect(lost.filter(([, at]) => at < lastTime(first.appended()) - LOST_MS)).toEqual([]);
    await expectSums(database);
  });

  it('prints the rows of a terminated process that the database does not take, and the import writes them', async () => {
    const [url, folder] = [await test.createDatabase(), await journalFolder()];
    // The servers of tests may lose committed transactions.
    await test.postgres.query('alter role outcrop set synchronous_commit = on', url);
    const { appended, child, ended, output } = startProcess(url, folder, 300);
    await until(async () => appended().size > 300);
    await test.postgres.kill();
    await sleep(500);
    child.kill('SIGTERM');
    await ended;
    await test.postgres.restart();
    const log = join(folder, 'log.txt');
    writeFileSync(log, output().replaceAll(/^/gm, '2026-11-30T10:00:00Z stdout F '));
    const imported = await ledgerImport(url, join(folder, 'other'), log);
    expect(imported).toMatch(/rows are new, \d+ were in the database, 0 are in quarantine\.\n$/);
    const database = await test.connect({ url });
    expect(await storedIds(database)).toEqual(new Set(appended().keys()));
    await expectSums(database);
    expect(await ledgerImport(url, join(folder, 'other'), log)).toMatch(/\n0 rows are new/);
    // The journal still has them, too.
    const next = await startTestLedger(database, { journalFolder: folder });
    await stopTestLedger(next);
    expect(await storedIds(database)).toEqual(new Set(appended().keys()));
  });
});

describePostgres('the ledger of a terminated process whose database hangs', (test) => {
  it('prints the rows that the database does not take', async () => {
    const [url, folder] = [await test.createDatabase(), await journalFolder()];
    await test.postgres.query('alter role outcrop set synchronous_commit = on', url);
    const { appended, child, ended, output } = startProcess(url, folder, 300);
    await until(async () => appended().size > 300);
    test.postgres.pause();
    await sleep(300);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    test.postgres.resume();
    const database = await test.connect({ url });
    const stored = await storedIds(database);
    const printed = [...output().matchAll(/^\{"stream":"ledger","row":\{"id":"([^"]+)"/gm)].map(([, id]) => id!);
    expect(printed.length).toBeGreaterThan(0);
    expect(new Set([...stored, ...printed])).toEqual(new Set(appended().keys()));
  });
});

describeSqlite('ledger:import beside a running gateway', (test) => {
  it('gives the rows to the journal of the gateway', async () => {
    const [url, folder] = [await test.createDatabase(), await journalFolder()];
    const { appended, child, ended } = startProcess(url, folder, 50);
    await until(async () => appended().size > 10);
    const rows = ledgerRows(700);
    const file = join(folder, 'rows.jsonl');
    writeFileSync(
      file,
      `${rows.map((row) => JSON.stringify(row)).join('\n')}\nanother line\n{"stream":"ledger","row":{}}\n`,
    );
    expect(await ledgerImport(url, folder, file)).toBe(
      `${file}: 700 rows, 2 other lines\nThe running gateway writes 700 rows within a minute.\n`,
    );
    child.kill('SIGTERM');
    await ended;
    const database = await test.connect({ url });
    const next = await startTestLedger(database, { journalFolder: folder });
    await stopTestLedger(next);
    const stored = await storedIds(database);
    expect(rows.filter(({ id }) => !stored.has(id))).toEqual([]);
    expect(await countRows(database)).toBe(700 + appended().size);
  });
});

/** Runs `npm run ledger:import` from the sources. Returns its output. */
async function ledgerImport(url: string, folder: string, file: string): Promise<string> {
  const parts = ['--import', './bench/source-hook.ts', 'src/cli/ledger.ts', 'import', file];
  const settings = {
    GATEWAY__DATABASE__URL: url,
    GATEWAY__LEDGER__JOURNAL_FOLDER: folder,
    GATEWAY_CONFIG: '/dev/null',
  };
  const child = spawn(process.execPath, parts, {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await once(child, 'close');
  return output;
}
