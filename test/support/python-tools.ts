import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS = 300_000;
const REQUIREMENTS = join(import.meta.dirname, 'python-tools.txt');

/**
 * Returns the folder with the programs of `python-tools.txt`: `moto_server`, and `python` with pyarrow. Installs them once.
 * Undefined, with a printed line, if that fails.
 */
export async function pythonTools(): Promise<string | undefined> {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'outcrop-tools');
  const folder = join(cache, `python-tools-${hash}`);
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return join(folder, 'bin');
  const lock = `${folder}.lock`;
  await mkdir(cache, { recursive: true });
  try {
    // The paths in an environment are absolute: it cannot be moved, and so the last file marks it complete.
    await run('flock', [lock, 'bash', '-c', INSTALL, folder, REQUIREMENTS], { timeout: INSTALL_MS });
    return join(folder, 'bin');
  } catch (error) {
    const output = (error as { stderr?: string }).stderr?.split('\n').find((line) => /error/i.test(line));
    // Not through console, because Jest drops the output of a file whose tests are all skipped.
    process.stderr.write(
      `Cases with S3 or Parquet are skipped: ${REQUIREMENTS} cannot be installed (${output ?? String(error)}).\n`,
    );
    return undefined;
  }
}

const INSTALL = `set -e
test -e "$0/complete" && exit
rm -rf "$0"
python3 -m venv "$0"
"$0/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1"
touch "$0/complete"`;
