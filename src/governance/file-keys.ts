import type { ApiKeyTable, SharedKeySettings } from '../config/keys/api-key-table.ts';
import { createVerifiedKey, type VerifiedKey } from './verified-key.ts';

/** Lookups in the keys of `auth.keysFile`. A key takes memory beyond the table only after its first request. */
export class FileKeys {
  private readonly table: ApiKeyTable | undefined;
  private readonly used = new Map<number, VerifiedKey>();

  constructor(table: ApiKeyTable | undefined) {
    this.table = table;
  }

  /** Returns the key with this SHA-256 digest. */
  find(digest: Buffer): VerifiedKey | undefined {
    const key = this.table?.findByDigest(digest);
    if (this.table === undefined || key === undefined) return undefined;
    return this.used.get(key) ?? this.create(this.table, key);
  }

  /** Returns the settings of a caller's key; undefined if the key is not in the file. */
  settingsOf(id: string): SharedKeySettings | undefined {
    const key = this.table?.findById(id);
    return key === undefined ? undefined : this.table?.settingsOf(key);
  }

  private create(table: ApiKeyTable, key: number): VerifiedKey {
    const identity = { name: table.nameOf(key), id: table.idOf(key), digest: table.digestOf(key) };
    const created = createVerifiedKey(identity, table.settingsOf(key));
    this.used.set(key, created);
    return created;
  }
}
