import { readFileSync } from 'node:fs';
import { AdminClient } from './admin-client.ts';
import { type AdminTerminal, type OptionValues, UsageError } from './admin-command.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Returns the client for the options and the environment. Throws UsageError for a wrong address or without a key. */
export function createAdminClient(values: OptionValues, { environment }: AdminTerminal): AdminClient {
  const url = String(values.url ?? environment.OUTCROP_ADMIN_URL ?? DEFAULT_URL);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`'${url}' must be a URL with http or https`);
  if (new URL(url).password !== '') throw new UsageError('the URL of the admin API must not contain a password');
  return new AdminClient(url.replace(/\/+$/, ''), adminKey(values, environment));
}

function adminKey(values: OptionValues, environment: AdminTerminal['environment']): string {
  const file = values['key-file'];
  const key = typeof file === 'string' ? readKeyFile(file) : environment.OUTCROP_ADMIN_KEY?.trim();
  if (!key) throw new UsageError('the admin key is missing: set OUTCROP_ADMIN_KEY or --key-file FILE');
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError('the admin key must be one line of visible ASCII characters');
  return key;
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--key-file ${file} cannot be read: ${(error as Error).message}`);
  }
}
