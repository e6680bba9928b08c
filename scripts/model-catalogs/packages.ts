import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const run = promisify(execFile);
const TIMEOUT_MS = 240_000;
const MAX_FILE_BYTES = 64 * 1_024 * 1_024;

/** Package whose latest version contains a catalog. */
export interface CatalogPackage {
  registry: 'npm' | 'pypi';
  name: string;
  /** Path of the file inside the package, as a pattern. */
  file: RegExp;
}

/** Catalog file of a package, and the version of the package. */
export interface CatalogFile {
  version: string;
  text: string;
}

/** Returns the folder for downloads: `OUTCROP_CATALOGS`, or a folder in the user's cache. */
export function catalogFolder(environment: NodeJS.ProcessEnv): string {
  const cache = environment['XDG_CACHE_HOME'] ?? (homedir() === '' ? tmpdir() : join(homedir(), '.cache'));
  return environment['OUTCROP_CATALOGS'] ?? join(cache, 'outcrop-model-catalogs');
}

/**
 * Downloads the latest version with the client of the registry and reads one file of it. Does not install or run the
 * package. Rejects if the registry or the client is not available.
 */
export async function catalogFile(wanted: CatalogPackage, folder: string): Promise<CatalogFile> {
  const target = join(folder, wanted.name.replaceAll(/[^\w.-]/g, '_'));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  return wanted.registry === 'npm' ? fromNpm(wanted, target) : fromPypi(wanted, target);
}

async function fromNpm({ name, file }: CatalogPackage, target: string): Promise<CatalogFile> {
  await client('npm', ['pack', name, '--silent', '--ignore-scripts', '--pack-destination', target]);
  const archive = join(target, onlyFile(target));
  const { stdout: list } = await client('tar', ['-tzf', archive]);
  const { stdout: text } = await client('tar', ['-xzOf', archive, pathIn(list, file, name)]);
  return { version: versionOf(archive), text };
}

async function fromPypi({ name, file }: CatalogPackage, target: string): Promise<CatalogFile> {
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '-d', target, name];
  await client('python3', pip);
  const archive = join(target, onlyFile(target));
  const { stdout: list } = await client('unzip', ['-Z1', archive]);
  const path = pathIn(list, file, name);
  const { stdout } = await run('unzip', ['-p', archive, path], {
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_FILE_BYTES,
    encoding: 'buffer',
  });
  return { version: versionOf(archive), text: (path.endsWith('.gz') ? gunzipSync(stdout) : stdout).toString() };
}

function client(command: string, parameters: readonly string[]): Promise<{ stdout: string }> {
  return run(command, parameters, { timeout: TIMEOUT_MS, maxBuffer: MAX_FILE_BYTES });
}

function onlyFile(folder: string): string {
  const [first] = readdirSync(folder);
  if (first === undefined) throw new Error('the client of the registry downloaded no file');
  return first;
}

function pathIn(list: string, file: RegExp, name: string): string {
  const path = list.split('\n').find((line) => file.test(line));
  if (path === undefined) throw new Error(`${name} no longer has a file that matches ${file.source}`);
  return path;
}

/** Returns the version in a file name: `litellm-1.110.2-cp310-….whl` or `earendil-works-pi-ai-1.6.0.tgz`. */
function versionOf(archive: string): string {
  return /-(\d+(?:\.\w+)+?)(?:-|\.tgz$)/.exec(archive)?.[1] ?? 'of unknown version';
}
