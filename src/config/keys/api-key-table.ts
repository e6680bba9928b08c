import type { ApiKeyConfig } from './api-key-config.ts';
import { KeyIndex, textHash } from './key-index.ts';

/** Bytes of a SHA-256 digest. */
export const DIGEST_BYTES = 32;
/** Bytes of the digest in the id of a caller, which has 12 hexadecimal digits. */
const ID_BYTES = 6;

/** Settings of a key other than its name and its hash. Keys with equal settings share one object. */
export type SharedKeySettings = Readonly<Omit<ApiKeyConfig, 'name' | 'hash'>>;

/** The columns of a table, one entry for each key. */
export interface ApiKeyColumns {
  /** The file, for messages. */
  path: string;
  names: readonly string[];
  /** SHA-256 digests, 32 bytes each. */
  digests: Buffer;
  /** Lines of the file, from 1. */
  lines: Uint32Array;
  /** Index of the key's settings in `distinctSettings`. */
  settings: Uint32Array;
  distinctSettings: readonly SharedKeySettings[];
}

/**
 * The API keys of a file. Immutable. Columns and indexes take about 150 bytes for each key, and lookups take constant time,
 * so that hundreds of thousands of keys are possible.
 */
export class ApiKeyTable {
  readonly path: string;
  readonly size: number;
  /** The different settings of the keys. */
  readonly distinctSettings: readonly SharedKeySettings[];
  private readonly columns: ApiKeyColumns;
  private readonly byDigest: KeyIndex;
  private readonly byName: KeyIndex;

  /** Creates a table in which `addToIndex` has to add each key. */
  constructor(columns: ApiKeyColumns) {
    this.path = columns.path;
    this.size = columns.names.length;
    this.distinctSettings = columns.distinctSettings;
    this.columns = columns;
    this.byDigest = new KeyIndex(this.size);
    this.byName = new KeyIndex(this.size);
  }

  /** Adds a key to the indexes. Returns an earlier key with the same name or hash; the key is not added then. */
  addToIndex(key: number): { property: 'name' | 'hash'; earlier: number } | undefined {
    const name = this.nameOf(key);
    const digest = this.digestOf(key);
    const sameName = this.findByName(name);
    if (sameName !== undefined) return { property: 'name', earlier: sameName };
    const sameHash = this.findByDigest(digest);
    if (sameHash !== undefined) return { property: 'hash', earlier: sameHash };
    this.byName.add(textHash(name), key);
    this.byDigest.add(digest.readUInt32LE(0), key);
    return undefined;
  }

  /** Returns the number of the key with this SHA-256 digest. */
  findByDigest(digest: Buffer): number | undefined {
    const { digests } = this.columns;
    return this.byDigest.find(
      digest.readUInt32LE(0),
      (key) => digests.compare(digest, 0, DIGEST_BYTES, key * DIGEST_BYTES, (key + 1) * DIGEST_BYTES) === 0,
    );
  }

  /** Returns the number of the key with this id, the first 12 hexadecimal digits of its digest. */
  findById(id: string): number | undefined {
    const bytes = Buffer.from(id, 'hex');
    if (bytes.length !== ID_BYTES) return undefined;
    const { digests } = this.columns;
    return this.byDigest.find(
      bytes.readUInt32LE(0),
      (key) => digests.compare(bytes, 0, ID_BYTES, key * DIGEST_BYTES, key * DIGEST_BYTES + ID_BYTES) === 0,
    );
  }

  findByName(name: string): number | undefined {
    const { names } = this.columns;
    return this.byName.find(textHash(name), (key) => names[key] === name);
  }

  nameOf(key: number): string {
    return this.columns.names[key]!;
  }

  /** Returns the digest, 32 bytes. */
  digestOf(key: number): Buffer {
    return this.columns.digests.subarray(key * DIGEST_BYTES, (key + 1) * DIGEST_BYTES);
  }

  /** Returns the first 12 hexadecimal digits of the digest. */
  idOf(key: number): string {
    return this.columns.digests.toString('hex', key * DIGEST_BYTES, key * DIGEST_BYTES + ID_BYTES);
  }

  settingsOf(key: number): SharedKeySettings {
    return this.distinctSettings[this.columns.settings[key]!]!;
  }

  /** Returns the line of the file, from 1. */
  lineOf(key: number): number {
    return this.columns.lines[key]!;
  }

  /** Returns the line of the first key with these settings. */
  firstLineWith(settings: SharedKeySettings): number {
    return this.lineOf(this.columns.settings.indexOf(this.distinctSettings.indexOf(settings)));
  }
}

/** Returns the place of a line in messages. */
export function lineName(line: number): string {
  return `auth.keysFile line ${line}`;
}
