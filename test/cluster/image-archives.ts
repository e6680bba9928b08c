import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clusterFolder } from './folders.ts';

const BUILDER = join(import.meta.dirname, 'nodes/images.sh');
/** Images of the Dockerfile, which depend on the sources. */
const OF_SOURCES = ['gateway', 'emulator', 'previous'];

/** Commands that build an image with Docker, for machines on which `images.sh` cannot run. */
const DOCKER: Readonly<Record<string, string>> = {
  gateway: 'docker build -t outcrop:test -t outcrop:next . && docker save -o "$0" outcrop:test outcrop:next',
  emulator: 'docker build --target emulator -t outcrop-emulator:test . && docker save -o "$0" outcrop-emulator:test',
  previous: 'docker build -t outcrop:previous . && docker save -o "$0" outcrop:previous',
  redis: 'docker pull redis:7 && docker tag redis:7 outcrop.test/redis:1 && docker save -o "$0" outcrop.test/redis:1',
  postgres:
    'docker pull postgres:17 && docker tag postgres:17 outcrop.test/postgres:1 && docker save -o "$0" outcrop.test/postgres:1',
};

/** Returns the path of an image archive in the cache. */
export function archivePath(name: string): string {
  return join(clusterFolder(), 'images', `${name}.tar`);
}

/**
 * Builds the archives that are missing or that belong to other sources. Returns their names. `repository` holds the sources
 * of the gateway.
 */
export function buildMissingImages(names: readonly string[], repository: string, builder = buildAsRoot): string[] {
  mkdirSync(join(clusterFolder(), 'images'), { recursive: true });
  const inputs = sourcesFingerprint(repository);
  const recordPath = (name: string): string => archivePath(name).replace(/tar$/, 'inputs');
  const isCurrent = (name: string): boolean => {
    if (!existsSync(archivePath(name))) return false;
    if (!OF_SOURCES.includes(name)) return true;
    return existsSync(recordPath(name)) && readFileSync(recordPath(name), 'utf8') === inputs;
  };
  const missing = names.filter((name) => !isCurrent(name));
  if (missing.length === 0) return [];
  builder(missing, repository);
  for (const name of missing) if (OF_SOURCES.includes(name)) writeFileSync(recordPath(name), inputs);
  return missing;
}

/** Builds images without a container engine. Requires root. */
export function buildAsRoot(names: readonly string[], repository: string): void {
  const env = { ...process.env, OUTCROP_REPO: repository };
  const { status } = spawnSync(BUILDER, names, { env, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`the images ${names.join(', ')} cannot be built`);
}

/** Builds images with Docker. */
export function buildWithDocker(names: readonly string[], repository: string): void {
  for (const name of names) {
    const command = ['-ec', DOCKER[name] ?? 'false', archivePath(name)];
    const { status } = spawnSync('sh', command, { cwd: repository, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`the image ${name} cannot be built with docker`);
  }
}

/** Returns a hash of the Dockerfile and of all files that it copies. */
function sourcesFingerprint(repository: string): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    if (!existsSync(path) || path.endsWith('.spec.ts')) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else {
      hash.update(path.slice(repository.length)).update('\0').update(readFileSync(path)).update('\0');
    }
  };
  const included = readFileSync(join(repository, '.dockerignore'), 'utf8').matchAll(/^!(.+)$/gm);
  for (const path of ['Dockerfile', ...[...included].map(([, name]) => name!)]) add(resolve(repository, path));
  return hash.digest('hex');
}
