import { statSync } from 'node:fs';
import { configFilePath, type LoadedConfig, loadConfigWithOrigins, readFile } from '../load-config.ts';
import type { ApiKeyTable } from '../keys/api-key-table.ts';
import { readKeysFile, withFileKeys } from '../keys-file/with-file-keys.ts';
import type { Environment } from '../loading/substitution.ts';
import { ConfigError } from '../settings/config-error.ts';
import { withSharedRegion } from '../shared-region.ts';
import { type FileStamp, stampNow } from './file-stamp.ts';

const NO_KEY_LEFT =
  'the file holds no key, perhaps because it is still being written; to revoke all keys of the file, remove auth.keysFile';

/** The source of this process's configuration, for reading it again: its file, and the files that it refers to. */
export class ConfigSource {
  /** Path of the file; undefined if there is none, so that nothing can be read again. */
  readonly path?: string;
  private readonly environment: Environment;
  private latest!: LoadedConfig;
  private readonly read = new Map<string, FileStamp>();
  /** The keys of `auth.keysFile` from the last successful reading, with the stamp of the file. */
  private keys?: { table: ApiKeyTable; stamp: FileStamp };

  private constructor(environment: Environment) {
    this.path = configFilePath(environment);
    this.environment = environment;
  }

  /** Reads the configuration for the first time. Throws a ConfigError. */
  static async open(environment: Environment): Promise<ConfigSource> {
    const source = new ConfigSource({ ...environment });
    source.latest = await source.readThrough((path) => {
      source.read.set(path, stampNow(path));
      return readFile(path);
    });
    return source;
  }

  /** The configuration in use. */
  get accepted(): LoadedConfig {
    return this.latest;
  }

  /** The files that were read, or that could not be read, with their stamps at that time. */
  get files(): ReadonlyMap<string, FileStamp> {
    return this.read;
  }

  /** Reads the current configuration in the same environment. Throws a ConfigError. */
  async readAgain(): Promise<LoadedConfig> {
    for (const path of this.read.keys()) this.read.set(path, stampNow(path));
    const former = [...this.read.keys()];
    const read = new Set<string>();
    const reading = await this.readThrough((path) => {
      read.add(path);
      this.read.set(path, stampNow(path));
      return path === this.path ? textOf(path) : regularText(path);
    });
    const { keysFile } = reading.config.auth;
    if (keysFile === undefined) this.keys = undefined;
    else read.add(keysFile);
    for (const path of former) if (!read.has(path)) this.read.delete(path);
    return reading;
  }

  accept(reading: LoadedConfig): void {
    this.latest = reading;
  }

  private async readThrough(read: (path: string) => string): Promise<LoadedConfig> {
    const { config, ...rest } = loadConfigWithOrigins(this.environment, read);
    const complete = await withFileKeys(await withSharedRegion(config), (path) => this.readKeys(path));
    return { config: complete, ...rest };
  }

  /** Returns the keys of the file. Reads the file only if it has changed since it was read. */
  private async readKeys(path: string): Promise<ApiKeyTable> {
    const stamp = stampNow(path);
    this.read.set(path, stamp);
    if (this.keys?.stamp === stamp && this.keys.table.path === path) return this.keys.table;
    const table = await readKeysFile(path);
    // An empty file is more likely one that is still being written than a removal of all keys.
    if (table.size === 0 && this.keys !== undefined)
      throw new ConfigError(path, [{ path: 'auth.keysFile', message: NO_KEY_LEFT }]);
    this.keys = { table, stamp };
    return table;
  }
}

/**
 * Returns the text of a file. An empty file would be a valid configuration without keys, but here it is more likely one that
 * is still being written.
 */
function textOf(path: string): string {
  const text = regularText(path);
  if (text.trim() !== '') return text;
  throw new Error(
    'it is empty, perhaps because it is still being written; for a configuration with defaults only, write {}',
  );
}

/** Pipes and devices return their text once; reading them again would block the process. */
function regularText(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile() && !stats.isDirectory())
    throw new Error('it is not a regular file and can be read only once');
  return readFile(path);
}
