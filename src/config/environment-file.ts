import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './settings/config-error.ts';

/**
 * Sets variables from a `.env` file, for manual starts. Variables of the environment have precedence. A missing file is no
 * error.
 */
export function readEnvironmentFile(path: string): void {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw new ConfigError(path, [{ path: 'file', message: `cannot be read: ${message}` }]);
  }
  for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value;
}
