import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { KeyDocument, KeySecretDocument } from '../documents/key-document.ts';
import type { SecretLookup } from './resolved-key.ts';

/** Characters of a SHA-256 digest as latin1 text. */
const DIGEST_CHARACTERS = 32;
const SECRET_HASH_PREFIX = 'sha256:';

type KeyRecord = GovernanceRecord<'Key'>;
/** A document without name and hashes, and version, managedBy, createdAt and updatedAt of its record. */
type CompactRecord = [
  Omit<KeyDocument, 'secrets' | 'name'> & { secrets: Omit<KeySecretDocument, 'hash'>[] },
  number,
  KeyRecord['managedBy'] | null,
  string | null,
  string | null,
];
/** Stands for the id in a compact document that has one. */
const HAS_ID = '1';

/**
 * A key of the snapshot. Its document is compact JSON, because most of 100,000 keys are not used at a time, and objects take
 * several times the memory.
 */
export class KeyEntry {
  readonly kind = 'Key';
  readonly id: string;
  readonly name: string;
  readonly origin: KeyRecord['origin'];
  /** Digests of the secrets as latin1 text, one after another. */
  readonly digests: string;
  /** Lookups of the secrets, once the key has been used. */
  lookups?: readonly SecretLookup[];
  private readonly text: string;

  constructor({ id, name, origin, document, version, managedBy, createdAt, updatedAt }: KeyRecord) {
    this.id = id;
    this.name = name;
    this.origin = origin;
    this.digests = document.secrets.map(({ hash }) => digestText(hash)).join('');
    const secrets = document.secrets.map((secret) => Object.assign({}, secret, { hash: undefined }));
    const compact = Object.assign({}, document, { secrets, name: undefined, id: document.id && HAS_ID });
    this.text = JSON.stringify([compact, version, managedBy, createdAt, updatedAt]);
  }

  /** Returns the record, with new objects. */
  get record(): KeyRecord {
    const [compact, version, managedBy, createdAt, updatedAt] = JSON.parse(this.text) as CompactRecord;
    const secrets = compact.secrets.map((secret, index) => ({ ...secret, hash: hashOf(this.digests, index) }));
    const document: KeyDocument = { ...compact, name: this.name, secrets };
    if (compact.id !== undefined) document.id = this.id;
    return {
      kind: 'Key',
      id: this.id,
      name: this.name,
      document,
      origin: this.origin,
      version,
      ...(managedBy && { managedBy }),
      ...(createdAt && { createdAt }),
      ...(updatedAt && { updatedAt }),
    };
  }

  /** Returns the digests of the secrets as latin1 text. */
  get secretDigests(): string[] {
    return Array.from({ length: this.digests.length / DIGEST_CHARACTERS }, (_, index) =>
      this.digests.slice(index * DIGEST_CHARACTERS, (index + 1) * DIGEST_CHARACTERS),
    );
  }
}

function digestText(hash: string): string {
  return Buffer.from(hash.slice(SECRET_HASH_PREFIX.length), 'hex').toString('latin1');
}

function hashOf(digests: string, index: number): string {
  const digest = digests.slice(index * DIGEST_CHARACTERS, (index + 1) * DIGEST_CHARACTERS);
  return SECRET_HASH_PREFIX + Buffer.from(digest, 'latin1').toString('hex');
}
