import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ObjectStore } from '../../objects/object-store.ts';
import { BillError } from './bill-error.ts';

const BILL_FILE = /\.(csv|csv\.gz|parquet)$/;
/** Folder of a month in Data Exports: `data/BILLING_PERIOD=2026-11/`. */
const BILLING_PERIOD = /(?:^|\/)BILLING_PERIOD=(\d{4}-\d{2})(?=\/)/;
const MAX_PARQUET_BYTES = 4 * 1_024 ** 3;

/** A file of an export of the bill. */
export interface BillFile {
  /** Path or key, for messages. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  stream(): Promise<Readable>;
}

/** Opens the store of an `s3://` URL. */
export type StoreOpener = (url: string) => Promise<Pick<ObjectStore, 'list' | 'get'>>;

/**
 * Finds the files of a month at a path or URL. An export that keeps old versions has a folder for each: the newest one counts.
 * Files without a folder of a month always count. Throws BillError if there is none.
 */
export async function findBillFiles(location: string, month: string, openStore: StoreOpener): Promise<BillFile[]> {
  const all = location.startsWith('s3://') ? await storedFiles(location, openStore) : await localFiles(location);
  const files = newestVersion(all.filter(({ name }) => (BILLING_PERIOD.exec(name)?.[1] ?? month) === month));
  if (files.length > 0) return files;
  throw new BillError(`${location} has no .csv, .csv.gz or .parquet file for ${month}.`);
}

/** Runs with a file handle of a file, whose copy is removed afterwards. Parquet needs random access. */
export async function withFileHandle<T>(
  file: BillFile,
  run: (handle: Awaited<ReturnType<typeof open>>, bytes: number) => AsyncGenerator<T>,
): Promise<AsyncGenerator<T>> {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-bill-'));
  const copy = join(folder, 'bill.parquet');
  try {
    await pipeline(await file.stream(), limitedTo(MAX_PARQUET_BYTES), createWriteStream(copy, { mode: 0o600 }));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return (async function* records() {
    const handle = await open(copy);
    try {
      yield* run(handle, (await handle.stat()).size);
    } finally {
      await handle.close();
      await rm(folder, { recursive: true, force: true });
    }
  })();
}

/** Returns a stream that fails after a number of bytes. */
export function limitedTo(bytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes) done(new BillError(`The content has more than ${bytes} bytes.`));
      else done(null, chunk);
    },
  });
}

async function localFiles(location: string): Promise<BillFile[]> {
  const isFolder = (await stat(location)).isDirectory();
  const paths = isFolder
    ? (await readdir(location, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [location];
  const files = paths.filter((path) => BILL_FILE.test(path)).sort();
  return Promise.all(
    files.map(async (path) => {
      const { size: bytes, mtimeMs: modifiedAt } = await stat(path);
      const name = isFolder ? relative(location, path) : path;
      return { name, bytes, modifiedAt, stream: async () => createReadStream(path) };
    }),
  );
}

async function storedFiles(location: string, openStore: StoreOpener): Promise<BillFile[]> {
  const [, parent = '', name = ''] = /^(s3:\/\/[^/]+(?:\/.*)?)\/([^/]+)$/.exec(location) ?? [];
  const isObject = BILL_FILE.test(name);
  const store = await openStore(isObject ? parent : location);
  const files: BillFile[] = [];
  for await (const { key, size: bytes, modifiedAt } of store.list(isObject ? name : '')) {
    if (!BILL_FILE.test(key) || (isObject && key !== name)) continue;
    files.push({ name: key, bytes, modifiedAt: modifiedAt.getTime(), stream: () => store.get(key) });
  }
  return files;
}

/** Returns the files of the folder that was written last, if the folder of a month has several, one for each version. */
function newestVersion(files: readonly BillFile[]): BillFile[] {
  const folderOf = (file: BillFile): string | undefined =>
    BILLING_PERIOD.test(file.name) ? file.name.slice(0, file.name.lastIndexOf('/')) : undefined;
  const dated = files.filter((file) => folderOf(file) !== undefined);
  const newest = dated.reduce<BillFile | undefined>(
    (latest, file) => (latest === undefined || file.modifiedAt > latest.modifiedAt ? file : latest),
    undefined,
  );
  const folder = newest && folderOf(newest);
  return files.filter((file) => folderOf(file) === undefined || folderOf(file) === folder);
}
