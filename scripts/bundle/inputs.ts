import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Folder of the output for files that no command names: shared code, lazy packages and workers. */
export const CHUNKS = 'chunks';

/** Programs of the image: path in `dist`, without extension, and the source. */
const PROGRAMS: Readonly<Record<string, string>> = {
  main: 'src/main.ts',
  'cli/admin': 'src/cli/admin.ts',
  'cli/check': 'src/cli/check.ts',
  'cli/create-key': 'src/cli/create-key.ts',
  'cli/database': 'src/cli/database.ts',
  'cli/ledger': 'src/cli/ledger.ts',
  'cli/reconcile': 'src/cli/reconcile.ts',
  // The path of the previous release.
  'config/check': 'src/config/check.ts',
  // For deploy/image/healthcheck.mjs.
  'config/load-config': 'src/config/load-config.ts',
};

/** A call of the loader in `src/libraries` that loads a package at its first use. */
const LAZY_CALL = /\bloadWhenUsed\('([^']+)'\)/g;
/** A call of the loader in `src/libraries` that loads a file of a package at once. */
const EAGER_CALL = /\bload\((?='[^']+'\))/g;

/** Returns the entry points: path of the output, without extension, and the module. */
export function entryPoints(): Record<string, string> {
  return {
    ...PROGRAMS,
    // A worker is started by the path of its file, relative to a file in CHUNKS.
    ...Object.fromEntries(workers().map((file) => [`${CHUNKS}/${basename(file, '.ts')}`, file])),
    ...Object.fromEntries(lazyPackages().map((name) => [`${CHUNKS}/${lazyName(name)}`, lazyModule(name)])),
  };
}

/** Returns the code of the module that loads a package lazily, if `path` names one. */
export function lazyPackageCode(path: string): string {
  return `module.exports = require(${JSON.stringify(path)});`;
}

/**
 * Makes the calls of `createRequire` loaders in `src/libraries` visible for the bundler. It follows `require`, but not a
 * function with another name.
 */
export function resolveLoaders(source: string): string {
  return source
    .replace(LAZY_CALL, (_call, name: string) => `loadWhenUsed('./${lazyName(name)}.js').default`)
    .replace(EAGER_CALL, 'require(');
}

/** Prefix of the path of a module that loads a package lazily. */
export const LAZY = 'lazy:';

function lazyModule(name: string): string {
  return `${LAZY}${name}`;
}

function lazyName(name: string): string {
  return `lazy-${name.replace(/\.js$/, '').replaceAll(/\W+/g, '-')}`;
}

function lazyPackages(): string[] {
  const files = globSync('src/libraries/*.ts');
  const names = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(LAZY_CALL)].map(([, name]) => name!));
  return [...new Set(names)].sort();
}

/** Returns the sources of worker threads. Throws if a thread is started from a file that is not found by its name. */
function workers(): string[] {
  const files = globSync('src/**/*.ts', { exclude: ['**/*.spec.ts'] });
  const found = files.filter((file) => file.endsWith('-worker.ts')).sort();
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    if (!/\bnew Worker\(|\bfork\(/.test(source)) continue;
    if (!found.some((worker) => source.includes(`'./${basename(worker, '.ts')}.js'`))) {
      throw new Error(`${file} starts a thread or a process, but does not name a file './NAME-worker.js'`);
    }
  }
  return found;
}
