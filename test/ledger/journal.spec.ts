import { appendFileSync, globSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Journal } from '../../src/ledger/journal/journal.ts';
import type { LossReason } from '../../src/ledger/journal/journal-observer.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';
import { journalFolder } from './ledger-database.ts';
import { ledgerRow, ledgerRows } from './ledger-rows.ts';

interface OpenJournal {
  journal: Journal;
  folder: string;
  losses: Partial<Record<LossReason, number>>;
}

const open = new Set<Journal>();
afterEach(async () => {
  await Promise.all([...open].map((journal) => journal.close()));
  open.clear();
});

async function openJournal(folder?: string, maxBytes = 16_777_216): Promise<OpenJournal> {
  const path = folder ?? (await journalFolder());
  const losses: OpenJournal['losses'] = {};
  const lost = (reason: LossReason, rows: number): void => void (losses[reason] = (losses[reason] ?? 0) + rows);
  const journal = new Journal({ folder: path, maxBytes, observer: { appended: () => undefined, lost } });
  await journal.start();
  open.add(journal);
  return { journal, folder: path, losses };
}

async function closeJournal({ journal }: OpenJournal): Promise<void> {
  open.delete(journal);
  await journal.close();
}

async function appendAll(journal: Journal, rows: readonly LedgerRow[]): Promise<void> {
  for (const row of rows) journal.append(row);
  await journal.flush();
}

/** Reads and confirms all rows. */
async function takeIds(journal: Journal, limit = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let batch = await journal.read(limit); batch; batch = await journal.read(limit)) {
    ids.push(...batch.rows.map((row) => (JSON.parse(row) as LedgerRow).id));
    await batch.confirm();
  }
  return ids;
}

function idsOf(rows: readonly LedgerRow[]): string[] {
  return rows.map(({ id }) => id);
}

/** Returns the files with rows, oldest first. */
function segmentFiles(folder: string): string[] {
  return globSync('slot-*/*.journal', { cwd: folder })
    .sort()
    .map((name) => join(folder, name));
}

describe('the journal of the ledger', () => {
  it('returns rows in their order, and again until they are confirmed, also to the next process', async () => {
    const first = await openJournal();
    const rows = ledgerRows(2_500);
    await appendAll(first.journal, rows);
    expect((await first.journal.read(10))!.rows).toEqual(rows.slice(0, 10).map((row) => JSON.stringify(row)));
    const batch = (await first.journal.read(700))!;
    await batch.confirm();
    await closeJournal(first);
    const second = await openJournal(first.folder);
    const ids = await takeIds(second.journal);
    expect(ids).toEqual(idsOf(rows));
    await closeJournal(second);
    expect(segmentFiles(first.folder)).toEqual([]);
  });

  it.each([1, 30, 900])('skips and counts a last line that lacks %i bytes', async (missing) => {
    const first = await openJournal();
    const rows = ledgerRows(20);
    await appendAll(first.journal, rows);
    await closeJournal(first);
    const [file] = segmentFiles(first.folder);
    truncateSync(file!, readFileSync(file!).length - missing);
    const second = await openJournal(first.folder);
    expect(await takeIds(second.journal)).toEqual(idsOf(rows.slice(0, -1)));
    expect(second.losses).toEqual({ damaged: 1 });
    expect(segmentFiles(first.folder)).toHaveLength(1);
  });

  it('skips and counts damaged lines, zeros and lines without an end, and returns all others', async () => {
    const first = await openJournal();
    const rows = ledgerRows(300);
    await appendAll(first.journal, rows);
    await closeJournal(first);
    const [file] = segmentFiles(first.folder);
    const lines = readFileSync(file!, 'utf8').split('\n').slice(0, -1);
    lines[5] = lines[5]!.replace('"count":1', '"count":9');
    lines[7] = lines[7]!.slice(0, 40);
    lines.splice(100, 0, '', 'x'.repeat(9_000_000), '\0'.repeat(5_000));
    writeFileSync(file!, `${lines.join('\n')}\n${'y'.repeat(5_000_000)}`);
    const second = await openJournal(first.folder);
    const ids = await takeIds(second.journal);
    const whole = idsOf(rows).filter((_id, index) => index !== 5 && index !== 7);
    expect(ids).toEqual(whole);
    expect(second.losses.damaged).toBeGreaterThanOrEqual(6);
  });

  it('removes the oldest rows of a full journal, and counts them', async () => {
    const { folder, journal, losses } = await openJournal(undefined, 1_048_576);
    const rows = ledgerRows(3_000);
    for (let start = 0; start < rows.length; start += 50) await appendAll(journal, rows.slice(start, start + 50));
    expect(journal.bytes).toBeLessThanOrEqual(1_048_576 + 131_072);
    const size = segmentFiles(folder).reduce((sum, file) => sum + readFileSync(file).length, 0);
    expect(size).toBeLessThanOrEqual(1_048_576 + 131_072);
    const ids = await takeIds(journal);
    expect(ids).toEqual(idsOf(rows.slice(-ids.length)));
    expect(losses).toEqual({ journal_full: rows.length - ids.length });
    expect(ids.length).toBeGreaterThan(500);
  });

  it('gives each process a part of the folder, and the rows of an ended one to the others', async () => {
    const [first, rows] = [await openJournal(), ledgerRows(30)];
    const second = await openJournal(first.folder);
    await appendAll(first.journal, rows.slice(0, 10));
    await appendAll(second.journal, rows.slice(10));
    await second.journal.adoptOrphans();
    expect((await second.journal.read(100))!.rows).toHaveLength(20);
    await closeJournal(first);
    await second.journal.adoptOrphans();
    await second.journal.adoptOrphans();
    expect((await takeIds(second.journal)).toSorted()).toEqual(idsOf(rows).toSorted());
    const third = await openJournal(first.folder);
    expect(await takeIds(third.journal)).toEqual([]);
  });

  it('keeps rows in memory while the folder cannot be written, and writes to it afterwards', async () => {
    const parent = await journalFolder();
    const folder = join(parent, 'journal');
    writeFileSync(folder, 'a file');
    const { journal, losses } = await openJournal(folder);
    const rows = ledgerRows(40);
    await appendAll(journal, rows.slice(0, 30));
    expect(await takeIds(journal)).toEqual(idsOf(rows.slice(0, 30)));
    rmSync(folder);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await appendAll(journal, rows.slice(30));
    expect(segmentFiles(folder)).toHaveLength(1);
    expect(await takeIds(journal)).toEqual(idsOf(rows.slice(30)));
    expect(losses).toEqual({});
  });

  it('loses no row if its folder is removed', async () => {
    const { folder, journal, losses } = await openJournal(undefined, 1_048_576);
    const rows = ledgerRows(600);
    await appendAll(journal, rows.slice(0, 50));
    rmSync(folder, { recursive: true });
    const ids: string[] = [];
    for (let start = 50; start < rows.length; start += 50) {
      await appendAll(journal, rows.slice(start, start + 50));
      ids.push(...(await takeIds(journal)));
    }
    expect(ids).toEqual(idsOf(rows));
    expect(losses).toEqual({});
  });

  it('bounds the rows in memory', async () => {
    const parent = await journalFolder();
    const folder = join(parent, 'journal');
    writeFileSync(folder, 'a file');
    const { journal, losses } = await openJournal(folder, 2 ** 40);
    const explain = { failovers: ['x'.repeat(8_000)] };
    for (let round = 0; round < 60; round += 1) {
      await appendAll(
        journal,
        Array.from({ length: 50 }, () => ledgerRow({ explain })),
      );
    }
    expect(journal.bytes).toBeLessThanOrEqual(16_777_216);
    const rows = ledgerRows(6_000);
    for (const row of rows) journal.append(row);
    expect(losses.memory).toBeGreaterThanOrEqual(1_000);
    expect(losses.memory! + (await takeIds(journal)).length).toBeLessThanOrEqual(9_000);
  });

  it('counts a row that is not JSON, and writes all others', async () => {
    const { journal, losses } = await openJournal();
    const circular = ledgerRow() as unknown as { explain: Record<string, unknown> };
    circular.explain['self'] = circular.explain;
    const rows = ledgerRows(3);
    await appendAll(journal, [
      rows[0]!,
      circular as unknown as LedgerRow,
      { ...rows[0]!, count: 1n } as never,
      ...rows.slice(1),
    ]);
    expect(await takeIds(journal)).toEqual(idsOf(rows));
    expect(losses).toEqual({ invalid: 2 });
  });

  it('continues after a segment that cannot be read', async () => {
    const first = await openJournal();
    const rows = ledgerRows(10);
    await appendAll(first.journal, rows);
    await closeJournal(first);
    const [file] = segmentFiles(first.folder);
    rmSync(file!);
    mkdirSync(file!);
    appendFileSync(join(first.folder, 'slot-1', '0000000099.journal'), '');
    const second = await openJournal(first.folder);
    await appendAll(second.journal, rows.slice(5));
    expect(await takeIds(second.journal)).toEqual(idsOf(rows.slice(5)));
    expect(second.losses.damaged).toBe(1);
  });
});
