import { statSync } from 'node:fs';
import { configFilePath, type LoadedConfig, loadConfigWithOrigins, readFile } from '../load-config.ts';
import type { Environment } from '../loading/substitution.ts';
import { withSharedRegion } from '../shared-region.ts';
import { type FileStamp, stampNow } from './file-stamp.ts';

/** The source of this process's configuration, for reading it again: its file, and the files that it refers to. */
export class ConfigSource {
  /** Path of the file; undefined if there is none, so that nothing can be read again. */
  readonly path?: string;
  private readonly environment: Environment;
  private latest: LoadedConfig;
  private read: Map<string, FileStamp>;

  private constructor(environment: Environment, reading: LoadedConfig, read: Map<string, FileStamp>) {
    this.path = configFilePath(environment);
    this.environment = environment;
    this.latest = reading;
    this.read = read;
  }

  /** Reads the configuration for the first time. Throws a ConfigError. */
  static async open(environment: Environment): Promise<ConfigSource> {
    const fixed = { ...environment };
    const read = new Map<string, FileStamp>();
    const reading = await readThrough(fixed, (path) => {
      read.set(path, stampNow(path));
      return readFile(path);
    });
    return new ConfigSource(fixed, reading, read);
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
    const read = new Map<string, FileStamp>();
    const reading = await readThrough(this.environment, (path) => {
      const stamp = stampNow(path);
      read.set(path, stamp);
      this.read.set(path, stamp);
      return path === this.path ? textOf(path) : regularText(path);
    });
    this.read = read;
    return reading;
  }

  accept(reading: LoadedConfig): void {
    this.latest = reading;
  }
}

async function readThrough(environment: Environment, read: (path: string) => string): Promise<LoadedConfig> {
  const { config, ...rest } = loadConfigWithOrigins(environment, read);
  return { config: await withSharedRegion(config), ...rest };
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
