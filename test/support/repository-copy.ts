import { cpSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** Results of builds and tests, and the history. */
const OMITTED = ['dist', 'coverage', '.git'];
/** Folders whose files the build or Node resolves relative to the copy. */
const COPIED = ['src', 'scripts', 'emulator', 'config'];

/** Creates a copy of the repository in which a test can build without changing `dist/`. Returns its path. */
export function copyRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-copy-'));
  for (const name of readdirSync(REPOSITORY)) {
    if (OMITTED.includes(name)) continue;
    if (COPIED.includes(name)) cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
    else symlinkSync(join(REPOSITORY, name), join(folder, name));
  }
  return folder;
}
