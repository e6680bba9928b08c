import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './settings/config-error.ts';

/** Variables of a `.env` file, for people who start the gateway by hand; the real environment wins. None is no mistake. */
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
