import { maskSecrets } from '../mask-secrets.ts';

/** One problem of a configuration. */
export interface Problem {
  /** The setting (`auth.keys[1].hash`), the variable (`GATEWAY__SERVER__PORT`) or the position (`line 3, column 7`). */
  path: string;
  /** The actual and the allowed value; never a secret. */
  message: string;
}

/** Joins a heading and indented problems to one line, as `kubectl describe` shows the last line of a container. */
export function toOneLine([heading = '', ...problems]: readonly string[]): string {
  return [heading, problems.map((problem) => problem.trim()).join('; ')].join(' ').trimEnd();
}

/** An invalid configuration, with all of its problems. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  /** Creates the error. `source` is the file, or another source. */
  constructor(source: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const masked = problems.map(({ path, message }) => ({ path: maskSecrets(path), message: maskSecrets(message) }));
    super([`${source} has ${count}:`, ...masked.map(({ path, message }) => `  ${path}: ${message}`)].join('\n'));
    this.name = 'ConfigError';
    this.problems = masked;
  }
}
