import { pathToFileURL } from 'node:url';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchPreparer } from '../../src/ledger/preparation/batch-preparer.ts';
import { prepareBatch, type PreparationRequest } from '../../src/ledger/preparation/prepared-batch.ts';
import { journalFolder } from './ledger-database.ts';
import { ledgerRow, ledgerRows } from './ledger-rows.ts';

const preparers = new Set<BatchPreparer>();
afterEach(async () => {
  await Promise.all([...preparers].map((preparer) => preparer.close()));
  preparers.clear();
});

function preparerOf(file?: URL): BatchPreparer {
  const preparer = new BatchPreparer(file);
  preparers.add(preparer);
  return preparer;
}

/** Writes the source of a worker. */
async function workerOf(text: string): Promise<URL> {
  const path = join(await journalFolder(), 'test-worker.mjs');
  writeFileSync(path, text);
  return pathToFileURL(path);
}

function requestOf(count: number): PreparationRequest {
  const rows = [...ledgerRows(count), ledgerRow({ at: Date.now() - 9 * 86_400_000 })];
  const lines = [...rows.map((row) => JSON.stringify(row)), JSON.stringify(rows[0]), 'not a row'];
  return { lines, now: Date.now(), keptDays: 7, timeZone: 'Europe/Berlin' };
}

describe('the preparation of a batch', () => {
  it('is the same in the thread and in the main thread', async () => {
    const request = requestOf(300);
    const expected = prepareBatch(request);
    expect(expected).toMatchObject({ count: 300, rejected: [300, 302] });
    expect(expected.quarantined.map(({ reason }) => reason)).toEqual(['old', 'invalid']);
    const preparer = preparerOf();
    expect(await preparer.prepare(request)).toEqual(expected);
    // A second batch at the same time does not wait for the first one.
    const both = await Promise.all([preparer.prepare(request), preparer.prepare(request)]);
    expect(both).toEqual([expected, expected]);
    expect(preparer.usesThread).toBe(true);
  });

  it('covers only the rows with given ids', async () => {
    const request = requestOf(200);
    const ids = new Set(request.lines.slice(10, 30).map((line) => (JSON.parse(line) as { id: string }).id));
    const part = await preparerOf().prepare({ ...request, only: ids });
    expect(part.count).toBe(20);
    const rows = JSON.parse(part.rows) as { id: string }[];
    expect(new Set(rows.map(({ id }) => id))).toEqual(ids);
    const periods = JSON.parse(part.periods) as { dimension: string; requests: number }[];
    const teams = periods.filter(({ dimension }) => dimension === 'team');
    expect(teams.reduce((sum, { requests }) => sum + requests, 0)).toBe(20);
  });

  it('needs no thread for a small batch', async () => {
    const preparer = preparerOf();
    const request = requestOf(10);
    expect(await preparer.prepare(request)).toEqual(prepareBatch(request));
    expect(preparer.usesThread).toBe(false);
  });

  it.each([
    ['does not exist', async () => new URL('file:///none/absent-worker.mjs')],
    ['has a defect', async () => workerOf('throw new Error("defect")')],
    [
      'ends at a batch',
      async () =>
        workerOf('import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(0));'),
    ],
  ])('happens in the main thread if the thread %s', async (_name, file) => {
    const preparer = preparerOf(await file());
    const request = requestOf(300);
    for (let batch = 0; batch < 3; batch += 1) expect(await preparer.prepare(request)).toEqual(prepareBatch(request));
    expect(preparer.usesThread).toBe(false);
  });

  it('happens in the main thread if the thread ends meanwhile', async () => {
    const preparer = preparerOf();
    const request = requestOf(300);
    const batch = preparer.prepare(request);
    await preparer.close();
    expect(await batch).toEqual(prepareBatch(request));
  });
});
