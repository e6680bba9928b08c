import { maskSecrets } from '../mask-secrets.ts';

export interface Problem {
  /** The setting (`auth.keys[1].hash`), the variable (`GATEWAY__SERVER__PORT`) or the place (`line 3, column 7`). */
  path: string;
  /** What was found and what is allowed; never a secret. */
  message: string;
}

/** A configuration that cannot be used, with everything that is wrong with it. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  /** `source`: the file, or what else was read. */
  constructor(source: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const masked = problems.map(({ path, message }) => ({ path: maskSecrets(path), message: maskSecrets(message) }));
    super([`${source} has ${count}:`, ...masked.map(({ path, message }) => `  ${path}: ${message}`)].join('\n'));
    this.name = 'ConfigError';
    this.problems = masked;
  }
}
