import type { GatewayConfig } from '../gateway-config.ts';
import { keyDigest } from '../settings/api-key.ts';
import { copySection } from '../settings/copy-section.ts';
import type { Problem } from '../settings/config-error.ts';
import { ConfigError } from '../settings/config-error.ts';
import { type ApiKeyTable, lineName } from '../keys/api-key-table.ts';

/** Returns the keys of a file. Throws a ConfigError. */
export type KeysFileReader = (path: string) => Promise<ApiKeyTable>;

/** Reads the keys of a file. Throws a ConfigError. The code is loaded only where a file is configured. */
export async function readKeysFile(path: string): Promise<ApiKeyTable> {
  const { readApiKeyTable } = await import('./read-keys-file.ts');
  return readApiKeyTable(path);
}

/**
 * Returns the configuration with the keys of `auth.keysFile`. Throws a ConfigError for an invalid file, and for a key that is
 * in `auth.keys`, too.
 */
export async function withFileKeys(config: GatewayConfig, read: KeysFileReader = readKeysFile): Promise<GatewayConfig> {
  const { keysFile } = config.auth;
  if (keysFile === undefined) return config;
  const table = await read(keysFile);
  const problems = repeatedKeys(config, table);
  if (problems.length > 0) throw new ConfigError(keysFile, problems);
  return replaceFileKeys(config, table);
}

/** Returns the configuration with these keys of the file; the same object if it has them already. */
export function replaceFileKeys(config: GatewayConfig, fileKeys: ApiKeyTable | undefined): GatewayConfig {
  if (config.auth.fileKeys === fileKeys) return config;
  const auth = Object.freeze(Object.assign(copySection(config.auth), { fileKeys }));
  return Object.freeze(Object.assign(copySection(config), { auth }));
}

/** Returns the number of API keys in the configuration and in the file. */
export function keyCount({ keys, fileKeys }: GatewayConfig['auth']): number {
  return keys.length + (fileKeys?.size ?? 0);
}

function repeatedKeys({ auth }: GatewayConfig, table: ApiKeyTable): Problem[] {
  return auth.keys.flatMap(({ name, hash }, index) => {
    const found = [
      { property: 'name', key: table.findByName(name) },
      { property: 'hash', key: table.findByDigest(keyDigest(hash)) },
    ];
    return found.flatMap(({ property, key }) => {
      if (key === undefined) return [];
      const message = `must be unique; auth.keys[${index}].${property} has the same value`;
      return [{ path: `${lineName(table.lineOf(key))}, ${property}`, message }];
    });
  });
}
