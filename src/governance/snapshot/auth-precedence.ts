import { DerivedFromConfig } from '../../config/derived.ts';
import type { ApiKeyConfig, GatewayConfig } from '../../config/gateway-config.ts';
import type { KeyPrecedence } from './snapshot-change.ts';

const HASH_PREFIX_LENGTH = 'sha256:'.length;
/** Length of the id of a key of `auth`, which is the beginning of its hash. */
const AUTH_KEY_ID_LENGTH = 12;

interface ListedKeys {
  names: ReadonlySet<string>;
  hashes: ReadonlySet<string>;
  ids: ReadonlySet<string>;
}

/** Returns which keys of `auth` take precedence over a key with the same name, hash or id. The sets follow a reload. */
export function authPrecedence(config: GatewayConfig): KeyPrecedence {
  const derived = new DerivedFromConfig<ApiKeyConfig[], ListedKeys>(() => config.auth.keys, listedKeys);
  return (name, digests, id) => {
    const { fileKeys } = config.auth;
    const { names, hashes, ids } = derived.current;
    if (names.has(name)) return 'a key of auth.keys has the same name';
    if (fileKeys?.findByName(name) !== undefined) return 'a key of auth.keysFile has the same name';
    if (digests.some((digest) => hashes.has(digest.toString('hex')))) return 'a key of auth.keys has the same hash';
    if (digests.some((digest) => fileKeys?.findByDigest(digest) !== undefined)) {
      return 'a key of auth.keysFile has the same hash';
    }
    if (ids.has(id)) return 'a key of auth.keys has the same id';
    return fileKeys?.findById(id) === undefined ? undefined : 'a key of auth.keysFile has the same id';
  };
}

function listedKeys(keys: readonly ApiKeyConfig[]): ListedKeys {
  const hashes = keys.map(({ hash }) => hash.slice(HASH_PREFIX_LENGTH).toLowerCase());
  return {
    names: new Set(keys.map(({ name }) => name)),
    hashes: new Set(hashes),
    ids: new Set(hashes.map((hash) => hash.slice(0, AUTH_KEY_ID_LENGTH))),
  };
}
