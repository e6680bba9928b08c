import { ENTITY_KINDS, FILE_KINDS } from '../../../governance/documents/entity-kind.ts';
import { DOCUMENT_CLASSES } from '../../../governance/documents/document-reader.ts';
import { documentSchema } from './bodies/document-schema.ts';
import type { OpenApiSchema } from './bodies/schema.ts';
import { usageSchemas } from './usage/usage-schemas.ts';
import { wholeCount, keyState, objectOf, otherAdminSchemas, anyText, nullableText } from './other-admin-schemas.ts';
import { reconciliationSchemas } from './ledger/reconciliation-schemas.ts';
import { quarantineSchemas, requestSchemas } from './requests/request-schemas.ts';

const managedBy = {
  type: 'object',
  required: ['source'],
  properties: {
    source: anyText,
    file: anyText,
    commit: anyText,
    appliedState: { ...keyState, description: 'State of a key in its file, if an administrator has set another one.' },
  },
};
const planned = {
  type: 'array',
  items: {
    type: 'object',
    required: ['kind', 'id', 'name'],
    properties: {
      kind: { enum: FILE_KINDS },
      id: anyText,
      name: anyText,
      file: anyText,
      fields: { type: 'array', items: anyText },
    },
  },
};

const OVERRIDDEN = {
  type: 'array',
  description: 'Keys that keep the state that an administrator has set, although their files have another one.',
  items: objectOf(
    { kind: anyText, id: anyText, name: anyText, state: keyState, fileState: keyState },
    { file: anyText },
  ),
};

const OBJECT_FIELDS = {
  kind: { enum: ENTITY_KINDS },
  id: anyText,
  name: anyText,
  document: { type: 'object', description: 'The fields of the object. Hashes of secrets are omitted.' },
  origin: { enum: ['file', 'database'] },
  version: { ...wholeCount, description: 'Number of changes; the ETag. 0 for an object of a file.' },
};
const OPTIONAL_FIELDS = {
  managedBy,
  createdAt: anyText,
  updatedAt: anyText,
  inactive: { ...anyText, description: 'Reason for which the object has no effect.' },
  lastUsed: { ...anyText, description: 'Day of the last use of a key, UTC.' },
};

function pageOf(items: OpenApiSchema): OpenApiSchema {
  return objectOf({
    data: { type: 'array', items },
    has_more: { type: 'boolean' },
    next: { ...nullableText, description: 'Value of `after` for the next page.' },
  });
}

/** Returns the schemas of the admin API by name: bodies from the classes of the documents, and answers. */
export function adminSchemas() {
  return {
    TeamBody: { ...documentSchema(DOCUMENT_CLASSES.Team, ['id']), required: [] },
    ApplicationBody: { ...documentSchema(DOCUMENT_CLASSES.Application, ['id']), required: ['team'] },
    CatalogEntryBody: { ...documentSchema(DOCUMENT_CLASSES.CatalogEntry, ['id']), required: ['state'] },
    KeyBody: documentSchema(DOCUMENT_CLASSES.Key, ['id', 'secrets', 'state']),
    KeyChange: { ...documentSchema(DOCUMENT_CLASSES.Key, ['id', 'name', 'secrets', 'state']), required: [] },
    PrincipalChange: {
      ...documentSchema(DOCUMENT_CLASSES.Principal, ['id', 'issuer', 'subject', 'groups']),
      required: [],
    },
    GovernanceObject: objectOf(OBJECT_FIELDS, OPTIONAL_FIELDS),
    KeyWithSecret: objectOf(
      { ...OBJECT_FIELDS, secret: { ...anyText, description: 'The key. No later answer contains it.' } },
      OPTIONAL_FIELDS,
    ),
    ObjectPage: pageOf({ $ref: '#/components/schemas/GovernanceObject' }),
    AuditPage: pageOf({ $ref: '#/components/schemas/AuditEntry' }),
    ...otherAdminSchemas,
    ...reconciliationSchemas,
    ...requestSchemas,
    ...quarantineSchemas,
    ...usageSchemas,
    ApplyResult: objectOf({
      dryRun: { type: 'boolean' },
      source: nullableText,
      commit: nullableText,
      create: planned,
      change: planned,
      remove: planned,
      unchanged: wholeCount,
      overridden: OVERRIDDEN,
    }),
  } satisfies Record<string, OpenApiSchema>;
}

export type AdminSchemaName = keyof ReturnType<typeof adminSchemas>;
