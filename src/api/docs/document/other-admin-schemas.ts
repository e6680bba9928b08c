import { ADMIN_ROLES } from '../../../governance/administration/administrator.ts';
import { ENTITY_KINDS, FILE_KINDS } from '../../../governance/documents/entity-kind.ts';
import type { OpenApiSchema } from './bodies/schema.ts';

export const anyText = { type: 'string' };
export const wholeCount = { type: 'integer', minimum: 0 };
export const nullableText = { type: ['string', 'null'] };
export const keyState = { enum: ['active', 'disabled', 'revoked'] };
const yesOrNo = { type: 'boolean' };
const any = {};
const chainPlace = objectOf({ sequence: wholeCount, hash: anyText });

/** Returns the schema of an object with required and optional fields. */
export function objectOf(
  fields: Readonly<Record<string, OpenApiSchema>>,
  optional: Readonly<Record<string, OpenApiSchema>> = {},
): OpenApiSchema {
  return { type: 'object', properties: { ...fields, ...optional }, required: Object.keys(fields) };
}

function listOf(items: OpenApiSchema): OpenApiSchema {
  return { type: 'array', items };
}

function closedObject(
  optional: Readonly<Record<string, OpenApiSchema>>,
  required: Readonly<Record<string, OpenApiSchema>> = {},
): OpenApiSchema {
  return { ...objectOf(required, optional), additionalProperties: false };
}

const documents = {
  type: 'array',
  maxItems: 100_000,
  description: 'Documents with `kind`, and `file` for their place in the source. Keys have `secrets` with hashes.',
  items: { type: 'object', required: ['kind'], properties: { kind: { enum: FILE_KINDS }, file: anyText } },
};
const dryRun = { ...yesOrNo, description: 'Returns the plan only.' };

/** Schemas of the admin API that are not made from the classes of documents. */
export const otherAdminSchemas = {
  DeletedObject: objectOf({ kind: { enum: ENTITY_KINDS }, id: anyText, name: anyText, deleted: { const: true } }),
  KeyRotation: closedObject({
    overlapSeconds: { type: 'integer', minimum: 0, maximum: 31_536_000, default: 86_400 },
  }),
  KeyStop: closedObject({
    cut: { ...yesOrNo, description: 'Ends running requests of the key within two seconds.', default: false },
  }),
  PrincipalIdentity: objectOf({ id: anyText, email: nullableText, name: nullableText }),
  ErasedIdentity: objectOf({ id: anyText, erased: { const: true } }),
  ErasedPrincipal: objectOf({
    id: anyText,
    complete: { ...yesOrNo, description: 'False if the call must be repeated.' },
    rows: wholeCount,
    sums: wholeCount,
    quarantined: wholeCount,
  }),
  AssignedRole: objectOf(
    { principal: anyText, role: { enum: ADMIN_ROLES } },
    { team: { ...anyText, description: 'Name of the team of a team-admin; absent for other roles.' } },
  ),
  RoleList: objectOf({ data: listOf({ $ref: '#/components/schemas/AssignedRole' }) }),
  ApplyBody: closedObject(
    {
      source: { ...anyText, description: 'Such as `git:REPOSITORY@COMMIT`. The objects are managed by it.' },
      commit: anyText,
      dryRun,
      prune: { ...yesOrNo, description: 'Removes objects of the same source that are not among the documents.' },
    },
    { documents },
  ),
  ImportBody: closedObject({ dryRun }, { documents }),
  AuditEntry: objectOf({
    sequence: wholeCount,
    previousHash: anyText,
    hash: anyText,
    at: anyText,
    actor: objectOf({ kind: { enum: ['admin-key', 'principal', 'key', 'gateway'] }, id: anyText }),
    action: { ...anyText, description: 'Such as `key.rotate`, `apply`, `sign-in` or `access.denied`.' },
    objectKind: nullableText,
    objectId: nullableText,
    before: any,
    after: any,
    details: any,
  }),
  AuditVerdict: {
    anyOf: [
      objectOf({ valid: { const: true }, entries: wholeCount, checkpoint: chainPlace, head: chainPlace }),
      objectOf({ valid: { const: false }, sequence: wholeCount, problem: anyText }),
    ],
  },
  GovernanceState: objectOf({
    epoch: { ...nullableText, description: 'A restore of a backup changes it.' },
    revision: { type: ['integer', 'null'] },
    lag: { type: ['integer', 'null'], description: 'Revisions that the database has and the snapshot does not.' },
    snapshotAgeSeconds: { type: ['number', 'null'] },
    database: objectOf({ configured: yesOrNo, available: yesOrNo, dialect: { enum: ['sqlite', 'postgres', null] } }),
    counts: listOf(
      objectOf({ kind: { enum: ENTITY_KINDS }, origin: { enum: ['file', 'database'] }, count: wholeCount }),
    ),
  }),
  AdministeredModels: objectOf({
    data: listOf(objectOf({ id: anyText, catalog: { type: ['object', 'null'] } })),
    unknown: { ...listOf(anyText), description: 'Models of catalog entries that the gateway does not have.' },
  }),
  TargetStates: objectOf({ data: listOf(objectOf({ target: anyText, state: any })) }),
  DriftList: objectOf({
    data: listOf(
      objectOf(
        {
          kind: { enum: ENTITY_KINDS },
          id: anyText,
          name: anyText,
          reason: { enum: ['inactive', 'changed', 'override'] },
          detail: anyText,
        },
        { managedBy: { type: 'object' } },
      ),
    ),
  }),
  WrittenBackup: objectOf({ file: { ...anyText, description: 'Path on the disk of the gateway.' }, at: anyText }),
} satisfies Record<string, OpenApiSchema>;
