import type { AuditValue } from '../repository/audit-chain.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';

/** An object as the admin API returns it. Hashes of secrets are omitted. */
export interface ObjectView extends Omit<GovernanceRecord, 'document'> {
  document: Readonly<Record<string, unknown>>;
  /** Reason for which the object has no effect. */
  inactive?: string;
  /** Day of the last use of a key. */
  lastUsed?: string;
}

/** Returns an object without hashes. */
export function viewOf(record: GovernanceRecord, more: Pick<ObjectView, 'inactive' | 'lastUsed'> = {}): ObjectView {
  const { kind, id, name, origin, version, managedBy, createdAt, updatedAt } = record;
  return {
    kind,
    id,
    name,
    document: shownDocument(record),
    origin,
    version,
    ...(managedBy && { managedBy }),
    ...(createdAt && { createdAt }),
    ...(updatedAt && { updatedAt }),
    ...(more.inactive && { inactive: more.inactive }),
    ...(more.lastUsed && { lastUsed: more.lastUsed }),
  };
}

/** Returns a document for the audit: without hashes and without values of undefined. */
export function auditedDocument(record: GovernanceRecord): AuditValue {
  return JSON.parse(JSON.stringify(shownDocument(record))) as AuditValue;
}

function shownDocument({ kind, document }: GovernanceRecord): Readonly<Record<string, unknown>> {
  const { id: _id, ...fields } = document as unknown as Record<string, unknown>;
  if (kind === 'Principal') return omitted(fields, ['issuer', 'subject', 'groups']);
  if (kind !== 'Key') return fields;
  const secrets = document.secrets.map(({ hash: _hash, ...secret }) => secret);
  return { ...fields, secrets };
}

function omitted(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
