import type { GovernanceRecord } from '../documents/governance-record.ts';

const PRINCIPAL_OF_KEY = /^p_[0-9a-f]{20}$/;

/**
 * Returns what a copy of an object contains: what decides requests. Texts that may name people, and what only the administration
 * reads, are not part of it.
 */
export function copiedRecord(record: GovernanceRecord): GovernanceRecord {
  const { kind, id, name, origin, version } = record;
  return { kind, id, name, origin, version, document: copiedDocument(record) } as GovernanceRecord;
}

function copiedDocument(record: GovernanceRecord): GovernanceRecord['document'] {
  switch (record.kind) {
    case 'Team': {
      const { metadata: _, costCenter: _costCenter, ...document } = record.document;
      return document;
    }
    case 'Application': {
      const { metadata: _, purpose: _purpose, useCaseId: _useCaseId, owner: _owner, ...document } = record.document;
      return document;
    }
    case 'Key': {
      const { metadata: _, owner, secrets, ...document } = record.document;
      return {
        ...document,
        ...(owner !== undefined && PRINCIPAL_OF_KEY.test(owner) && { owner }),
        secrets: secrets.map(({ hash, expires }) => ({ hash, ...(expires !== undefined && { expires }) })),
      };
    }
    case 'Principal': {
      // The subject can be an email address.
      const { groups: _, ...document } = record.document;
      return { ...document, issuer: '', subject: '' };
    }
    case 'Override': {
      const { reason: _, ...document } = record.document;
      return { ...document, reason: '' };
    }
    case 'CatalogEntry': {
      const { owner: _, ...document } = record.document;
      return document;
    }
    case 'Budget':
      return record.document;
    default:
      return record satisfies never;
  }
}
