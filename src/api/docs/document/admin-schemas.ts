import { ENTITY_KINDS, FILE_KINDS } from '../../../governance/documents/entity-kind.ts';
import { DOCUMENT_CLASSES } from '../../../governance/documents/document-reader.ts';
import { documentSchema } from './bodies/document-schema.ts';
import type { OpenApiSchema } from './bodies/schema.ts';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const textOrNull = { type: ['string', 'null'] };

const managedBy = {
  type: 'object',
  required: ['source'],
  properties: { source: text, file: text, commit: text },
};
const planned = {
  type: 'array',
  items: {
    type: 'object',
    required: ['kind', 'id', 'name'],
    properties: {
      kind: { enum: FILE_KINDS },
      id: text,
      name: text,
      file: text,
      fields: { type: 'array', items: text },
    },
  },
};

const OBJECT_FIELDS = {
  kind: { enum: ENTITY_KINDS },
  id: text,
  name: text,
  document: { type: 'object', description: 'The fields of the object. Hashes of secrets are omitted.' },
  origin: { enum: ['file', 'database'] },
  version: { ...count, description: 'Number of changes; the ETag. 0 for an object of a file.' },
};
const OPTIONAL_FIELDS = {
  managedBy,
  createdAt: text,
  updatedAt: text,
  inactive: { ...text, description: 'Reason for which the object has no effect.' },
  lastUsed: { ...text, description: 'Day of the last use of a key, UTC.' },
};

function objectOf(fields: Readonly<Record<string, OpenApiSchema>>, optional: object = {}): OpenApiSchema {
  return { type: 'object', properties: { ...fields, ...optional }, required: Object.keys(fields) };
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
      { ...OBJECT_FIELDS, secret: { ...text, description: 'The key. No later answer contains it.' } },
      OPTIONAL_FIELDS,
    ),
    AdminPage: objectOf({
      data: { type: 'array', items: { type: 'object' } },
      has_more: { type: 'boolean' },
      next: textOrNull,
    }),
    ApplyResult: objectOf({
      dryRun: { type: 'boolean' },
      source: textOrNull,
      commit: textOrNull,
      create: planned,
      change: planned,
      remove: planned,
      unchanged: count,
    }),
  } satisfies Record<string, OpenApiSchema>;
}

export type AdminSchemaName = keyof ReturnType<typeof adminSchemas>;
