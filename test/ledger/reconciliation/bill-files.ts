import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBillFiles } from '../../../src/ledger/reconciliation/files/bill-files.ts';
import type { BillSums } from '../../../src/ledger/reconciliation/bill/bill-sums.ts';
import { readBill } from '../../../src/ledger/reconciliation/bill/read-bill.ts';
import { GATEWAY_ROLE } from './fake-bill.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Writes files into a new folder, which the end of the file removes. */
export async function billFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-bill-test-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

export const ROLES = { roles: [GATEWAY_ROLE], tag: 'team' };

function noStore(): never {
  throw new Error('No object store is expected.');
}

export async function readFolder(location: string, month = '2026-11'): Promise<BillSums> {
  return readBill(await findBillFiles(location, month, noStore), month, ROLES);
}

/** Reads one file with this content. */
export async function readContent(name: string, content: string | Uint8Array): Promise<BillSums> {
  return readFolder(await billFolder({ [name]: content }));
}
