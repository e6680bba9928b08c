import { QUARANTINE_REASONS } from '../../../ledger/preparation/row-admission.ts';
import { USAGE_OPERATIONS } from './usage/usage-operations.ts';
import type { OperationDescription } from './operations.ts';
import { RECONCILIATION_OPERATIONS } from './ledger/reconciliation-operations.ts';
import { PAGE_PARAMETERS, REQUEST_OPERATIONS } from './requests/request-operations.ts';

const ONE_OBJECT = { answer: 'GovernanceObject' } as const;
const LIST = { answer: 'ObjectPage', query: PAGE_PARAMETERS } as const;
const DELETED = { answer: 'DeletedObject' } as const;
const CREATED = { ...ONE_OBJECT, also: [201, 'The object is new.'] } as const satisfies Partial<OperationDescription>;
const DOCUMENTS = [{ kind: 'Team', name: 'search', models: ['claude-*'] }];
const REPLACE =
  'Replaces all fields: absent ones are removed. `If-Match` with the ETag of an earlier answer makes the change fail with 412 ' +
  '`version_conflict` if the object has changed since; `If-None-Match: *` allows a new object only. An object that was applied ' +
  'from files gets 409 `managed_by_files`.';
const MANAGED_KEY =
  'The role admin may also call it for a key that was applied from files. The next apply keeps this state until the file has ' +
  'it, and `GET /admin/v1/drift` lists the key as `changed`.';
const ROLE = { principal: 'p_0123456789abcdef0123', role: 'auditor' };

/** Descriptions of the admin API by method and path. Its routes exist if `admin.enabled` is true. */
export const ADMIN_OPERATIONS: Readonly<Record<string, OperationDescription>> = {
  'GET /admin/v1/teams': { summary: 'Lists teams', ...LIST },
  'GET /admin/v1/teams/{name}': { summary: 'Returns a team by name or id', ...ONE_OBJECT },
  'PUT /admin/v1/teams/{name}': {
    summary: 'Creates or replaces a team',
    description: REPLACE,
    ...CREATED,
    body: 'TeamBody',
    example: { models: ['claude-*'], limits: { requestsPerMinute: 600 } },
  },
  'DELETE /admin/v1/teams/{name}': { summary: 'Deletes a team that no object uses', ...DELETED },
  'GET /admin/v1/applications': {
    summary: 'Lists applications',
    ...LIST,
    query: { ...PAGE_PARAMETERS, team: { type: 'string' } },
  },
  'GET /admin/v1/applications/{name}': { summary: 'Returns an application by name or id', ...ONE_OBJECT },
  'PUT /admin/v1/applications/{name}': {
    summary: 'Creates or replaces an application',
    description: REPLACE,
    ...CREATED,
    body: 'ApplicationBody',
    example: { team: 'search', purpose: 'Answers in the shop' },
  },
  'DELETE /admin/v1/applications/{name}': { summary: 'Deletes an application that no key uses', ...DELETED },
  'GET /admin/v1/catalog': { summary: 'Lists catalog entries', ...LIST },
  'GET /admin/v1/catalog/{name}': { summary: 'Returns a catalog entry by name or id', ...ONE_OBJECT },
  'PUT /admin/v1/catalog/{name}': {
    summary: 'Creates or replaces a catalog entry',
    description: REPLACE,
    ...CREATED,
    body: 'CatalogEntryBody',
    example: { state: 'approved' },
  },
  'DELETE /admin/v1/catalog/{name}': { summary: 'Deletes a catalog entry', ...DELETED },
  'GET /admin/v1/keys': {
    summary: 'Lists API keys',
    answer: 'ObjectPage',
    query: {
      ...PAGE_PARAMETERS,
      team: { type: 'string' },
      application: { type: 'string' },
      owner: { type: 'string' },
      state: { enum: ['active', 'disabled', 'revoked'] },
    },
  },
  'POST /admin/v1/keys': {
    summary: 'Creates an API key, and returns its secret once',
    description:
      'A second request with the same name gets 409 `already_exists` with the id of the key, and never its secret. Without `team`, ' +
      'the key gets the team of its application, or that of a team admin.',
    answer: 'KeyWithSecret',
    body: 'KeyBody',
    example: { name: 'shop-production', team: 'search' },
    also: [201, 'The key with its secret.'],
  },
  'GET /admin/v1/keys/{name}': { summary: 'Returns an API key by name or id', ...ONE_OBJECT },
  'PATCH /admin/v1/keys/{name}': {
    summary: 'Changes fields of an API key; null removes a field',
    ...ONE_OBJECT,
    body: 'KeyChange',
    example: { expires: '2027-12-31' },
  },
  'DELETE /admin/v1/keys/{name}': { summary: 'Deletes an API key, and ends its running requests', ...DELETED },
  'POST /admin/v1/keys/{name}/rotate': {
    summary: 'Adds a secret to an API key, and returns it once',
    description:
      'The present secret stays valid for `overlapSeconds`, by default a day; 0 ends it now. Id, limits and stored responses of ' +
      'the key stay the same. A key has at most two valid secrets: a further rotation gets 409 `invalid_state`.',
    answer: 'KeyWithSecret',
    body: 'KeyRotation',
    example: { overlapSeconds: 86_400 },
  },
  'POST /admin/v1/keys/{name}/disable': {
    summary: 'Disables an API key until it is enabled again',
    description: MANAGED_KEY,
    ...ONE_OBJECT,
    body: 'KeyStop',
    example: { cut: false },
  },
  'POST /admin/v1/keys/{name}/enable': {
    summary: 'Enables a disabled API key',
    description: 'A key that its file disables gets 409 `managed_by_files`.',
    ...ONE_OBJECT,
  },
  'POST /admin/v1/keys/{name}/revoke': {
    summary: 'Revokes an API key for ever',
    description: `With \`cut\`, running requests, streams and background responses of the key end within two seconds. ${MANAGED_KEY}`,
    ...ONE_OBJECT,
    body: 'KeyStop',
    example: { cut: true },
  },
  'GET /admin/v1/principals': { summary: 'Lists principals', ...LIST },
  'GET /admin/v1/principals/{id}': { summary: 'Returns a principal with its roles', ...ONE_OBJECT },
  'GET /admin/v1/principals/{id}/identity': {
    summary: 'Returns email and name of a principal; the audit records it',
    answer: 'PrincipalIdentity',
  },
  'PATCH /admin/v1/principals/{id}': {
    summary: 'Changes state, models or limits of a principal',
    ...ONE_OBJECT,
    body: 'PrincipalChange',
    example: { state: 'disabled' },
  },
  'DELETE /admin/v1/principals/{id}/identity': {
    summary: 'Erases email and name of a principal',
    answer: 'ErasedIdentity',
  },
  'POST /admin/v1/principals/{id}/erase': {
    summary: 'Erases a principal from principals, roles and ledger',
    description:
      'The principal must be disabled, and own no key and no application; else 409. Rows and sums of the ledger keep their amounts and ' +
      'belong to `erased` afterwards. A call works for at most 10 seconds: repeat it until `complete` is true.',
    answer: 'ErasedPrincipal',
  },
  'GET /admin/v1/roles': {
    summary: 'Lists the roles that administrators have assigned to principals',
    description: 'Roles of groups (`auth.groups`) and of tokens are not among them.',
    answer: 'RoleList',
  },
  'POST /admin/v1/roles': {
    summary: 'Assigns a role to a principal',
    answer: 'AssignedRole',
    body: 'AssignedRole',
    example: ROLE,
  },
  'DELETE /admin/v1/roles': {
    summary: 'Removes an assigned role of a principal, which holds from its next request',
    answer: 'AssignedRole',
    body: 'AssignedRole',
    example: ROLE,
  },
  'POST /admin/v1/apply': {
    summary: 'Applies documents: all of them or none',
    description:
      'A body has up to 8 MiB. A second apply of the same documents changes nothing. `prune` removes objects of the same source ' +
      'that are not among the documents. With `dryRun`, only the plan is returned.',
    answer: 'ApplyResult',
    body: 'ApplyBody',
    example: { source: 'git:company/llm-access@4f2a91c', dryRun: true, prune: true, documents: DOCUMENTS },
  },
  'POST /admin/v1/import': {
    summary: 'Imports documents without a source, such as keys with their hashes',
    description: 'Like apply, but the admin API may change the objects afterwards. A body has up to 8 MiB.',
    answer: 'ApplyResult',
    body: 'ImportBody',
    example: { documents: DOCUMENTS },
  },
  ...USAGE_OPERATIONS,
  'GET /admin/v1/audit': {
    summary: 'Lists audit entries, the oldest first',
    answer: 'AuditPage',
    query: {
      ...PAGE_PARAMETERS,
      kind: { type: 'string' },
      object: { type: 'string', description: 'Id of an object.' },
    },
  },
  'GET /admin/v1/audit/verify': { summary: 'Checks the chain of the audit', answer: 'AuditVerdict' },
  'GET /admin/v1/usage/export': {
    summary: 'Returns the charges of days in the columns of FOCUS 1.2, as a file',
    description:
      'One row for each hour, owner, model and kind of token. At most 31 days. `from` and `to` are days in UTC, both included. ' +
      'A failure after the first rows ends the connection before the end of the file.',
    answer: 'text/csv',
    query: {
      from: { type: 'string', format: 'date' },
      to: { type: 'string', format: 'date' },
      format: { enum: ['csv', 'parquet'] },
    },
  },
  'GET /admin/v1/state': {
    summary: 'Returns epoch, revision and age of the snapshot, and the state of the database',
    description: 'Needs no database.',
    answer: 'GovernanceState',
  },
  'GET /admin/v1/models': { summary: 'Lists models with their catalog entries', answer: 'AdministeredModels' },
  'GET /admin/v1/targets': { summary: 'Lists targets with their health', answer: 'TargetStates' },
  'GET /admin/v1/drift': {
    summary: 'Lists objects without effect, and those that differ from their files',
    description:
      '`inactive`: a file takes precedence. `changed`: an administrator has disabled or revoked a key that was applied from files. ' +
      '`override`: a budget from files has another amount until an end.',
    answer: 'DriftList',
  },
  ...RECONCILIATION_OPERATIONS,
  ...REQUEST_OPERATIONS,
  'GET /admin/v1/quarantine': {
    summary: 'Lists rows of the ledger that were not accepted, in the order of their ids',
    answer: 'QuarantinePage',
    query: { ...PAGE_PARAMETERS, reason: { enum: QUARANTINE_REASONS } },
  },
  'GET /admin/v1/quarantine/{id}': {
    summary: 'Reads one of these rows with its content',
    answer: 'QuarantinedLedgerRow',
  },
  'POST /admin/v1/quarantine/{id}/retry': {
    summary: 'Writes one of these rows to the ledger again',
    description:
      '`written`: the ledger has the row now. `repeated`: it had it before. `kept`: the row stays in quarantine, with the reason of this ' +
      'attempt. The audit has an entry.',
    answer: 'QuarantineRetry',
  },
  'DELETE /admin/v1/quarantine/{id}': {
    summary: 'Deletes one of these rows. No sum will contain it',
    description: 'The audit has an entry.',
    answer: 'QuarantineDrop',
  },
  'POST /admin/v1/database/backup': {
    summary: 'Writes a backup of SQLite to a new file in the folder of the configuration',
    description: 'The folder is `database.backupFolder`. PostgreSQL gets 409: use pg_dump.',
    answer: 'WrittenBackup',
  },
};
