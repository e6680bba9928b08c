import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A value of JSON. */
export type AuditValue =
  | null
  | boolean
  | number
  | string
  | readonly AuditValue[]
  | { readonly [name: string]: AuditValue | undefined };

/** Who did something: an admin key, a principal or an API key by its id, or the gateway itself. */
export interface AuditActor {
  kind: 'admin-key' | 'principal' | 'key' | 'gateway';
  id: string;
}

/** An entry before it gets its place in the chain. It names persons by the id of their principal only. */
export interface AuditEntry {
  actor: AuditActor;
  /** Such as `key.rotate` or `sign-in.denied`. */
  action: string;
  objectKind?: string;
  objectId?: string;
  before?: AuditValue;
  after?: AuditValue;
  details?: AuditValue;
  /** Personal values of a principal. The entry keeps their HMAC with a salt that erasure deletes. */
  personal?: { principalId: string; values: Readonly<Record<string, string>> };
}

/** An entry as the database keeps it. The columns of JSON contain canonical text. */
export interface ChainedEntry {
  sequence: number;
  previousHash: string;
  hash: string;
  /** ISO 8601, UTC. */
  at: string;
  actor: string;
  action: string;
  objectKind: string | null;
  objectId: string | null;
  before: string | null;
  after: string | null;
  details: string | null;
}

/** Returns the SHA-256 of an entry and of the hash before it, as hexadecimal digits. */
export function hashOfEntry({ hash: _hash, ...content }: ChainedEntry): string {
  return createHash('sha256').update(auditJson(content)).digest('hex');
}

/** Returns JSON with withSortedNames names and without undefined values, so that equal values have equal texts. */
export function auditJson(value: AuditValue | object): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) ? withSortedNames(part) : part,
  );
}

/** Returns the HMAC-SHA-256 of a personal value. `salt` is that of the principal, as hexadecimal digits. */
export function personalHash(salt: string, value: string): string {
  return `hmac:${createHmac('sha256', Buffer.from(salt, 'hex')).update(value).digest('hex')}`;
}

/** Creates the salt of a principal: 32 random bytes as hexadecimal digits. */
export function createSalt(): string {
  return randomBytes(32).toString('hex');
}

function withSortedNames(object: object): Record<string, unknown> {
  const names = Object.keys(object).sort();
  // Without a prototype, so that the name __proto__ is an ordinary one.
  const result = Object.create(null) as Record<string, unknown>;
  for (const name of names) result[name] = (object as Record<string, unknown>)[name];
  return result;
}
