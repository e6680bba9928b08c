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
 * A key of the snapshot. Digests, id, name and document are one text, because most of 100,000 keys are not used at a time, and
 * objects take several times the memory.
 */
export class KeyEntry {
  readonly origin: KeyRecord['origin'];
  /** Lookups of the secrets, once the key has been used. */
  lookups?: readonly SecretLookup[] = undefined;
  private readonly secretCount: number;
  /** Digests of the secrets as latin1 text, one after another, then id, name and compact record, with NUL between them. */
  private readonly text: string;

  constructor({ id, name, origin, document, version, managedBy, createdAt, updatedAt }: KeyRecord) {
    this.origin = origin;
    this.secretCount = document.secrets.length;
    const digests = document.secrets.map(({ hash }) => digestText(hash)).join('');
    const secrets = document.secrets.map((secret) => Object.assign({}, secret, { hash: undefined }));
    const compact = Object.assign({}, document, { secrets, name: undefined, id: document.id && HAS_ID });
    const json = JSON.stringify([compact, version, managedBy, createdAt, updatedAt]);
    // `join` creates flat text. A template would keep its parts.
    this.text = [digests, id, SEPARATOR, name, SEPARATOR, json].join('');
  }

  get kind(): 'Key' {
    return 'Key';
  }

  get id(): string {
    return this.text.slice(this.idStart, this.text.indexOf(SEPARATOR, this.idStart));
  }

  get name(): string {
    const start = this.text.indexOf(SEPARATOR, this.idStart) + 1;
    return this.text.slice(start, this.text.indexOf(SEPARATOR, start));
  }

  /** Returns the record, with new objects. */
  get record(): KeyRecord {
    const { id, name, origin, text } = this;
    const json = text.slice(this.idStart + id.length + name.length + 2);
    const [compact, version, managedBy, createdAt, updatedAt] = JSON.parse(json) as CompactRecord;
    const digests = this.secretDigests;
    const secrets = compact.secrets.map((secret, index) => ({ ...secret, hash: hashOf(digests[index]!) }));
    const document: KeyDocument = { ...compact, name, secrets };
    if (compact.id !== undefined) document.id = id;
    return {
      kind: 'Key',
      id,
      name,
      document,
      origin,
      version,
      ...(managedBy && { managedBy }),
      ...(createdAt && { createdAt }),
      ...(updatedAt && { updatedAt }),
    };
  }

  /** Returns the digests of the secrets as latin1 text. */
  get secretDigests(): string[] {
    return Array.from({ length: this.secretCount }, (_, index) =>
      this.text.slice(index * DIGEST_CHARACTERS, (index + 1) * DIGEST_CHARACTERS),
    );
  }

  /** Returns true if a secret has this digest, as latin1 text. */
  hasDigest(digest: string): boolean {
    for (let start = 0; start < this.idStart; start += DIGEST_CHARACTERS) {
      if (this.text.startsWith(digest, start)) return true;
    }
    return false;
  }

  private get idStart(): number {
    return this.secretCount * DIGEST_CHARACTERS;
  }
}

const SEPARATOR = '\0';

function digestText(hash: string): string {
  return Buffer.from(hash.slice(SECRET_HASH_PREFIX.length), 'hex').toString('latin1');
}

function hashOf(digest: string): string {
  return SECRET_HASH_PREFIX + Buffer.from(digest, 'latin1').toString('hex');
}
