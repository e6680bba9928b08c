import { statSync } from 'node:fs';
import { configFilePath, type LoadedConfig, loadConfigWithOrigins, readFile } from '../load-config.ts';
import type { Environment } from '../loading/substitution.ts';
import { withSharedRegion } from '../shared-region.ts';
import { type FileStamp, stampNow } from './file-stamp.ts';

/** Where the configuration of this process comes from, to be read again: its file and the files that one names. */
export class ConfigSource {
  /** Path of the file; undefined where there is none, and nothing to read again. */
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

  /** Reads it for the first time. Throws a ConfigError. */
  static async open(environment: Environment): Promise<ConfigSource> {
    const fixed = { ...environment };
    const read = new Map<string, FileStamp>();
    const reading = await readThrough(fixed, (path) => {
      read.set(path, stampNow(path));
      return readFile(path);
    });
    return new ConfigSource(fixed, reading, read);
  }

  /** The one that holds. */
  get accepted(): LoadedConfig {
    return this.latest;
  }

  /** The files it was read from, or tried to, and what they were like then. */
  get files(): ReadonlyMap<string, FileStamp> {
    return this.read;
  }

  /** Reads it as it is now, in the same environment. Throws a ConfigError. */
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

/** An empty file is valid and means a gateway without keys; here it is rather one that is being written. */
function textOf(path: string): string {
  const text = regularText(path);
  if (text.trim() !== '') return text;
  throw new Error('it is empty, perhaps half written; a configuration of nothing but defaults is {}');
}

/** Pipes and devices give their text once; waiting for more would stop the process. */
function regularText(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile() && !stats.isDirectory()) throw new Error('it is no regular file, and was read already');
  return readFile(path);
}
