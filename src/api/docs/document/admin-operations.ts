import type { OperationDescription } from './operations.ts';

const PAGE = {
  limit: { type: 'integer', minimum: 1, maximum: 1000 },
  after: { type: 'string', description: 'The value of `next` in the previous page.' },
} as const;
const ONE_OBJECT = { answer: 'GovernanceObject' } as const;
const LIST = { answer: 'AdminPage', query: PAGE } as const;
const CREATED = { ...ONE_OBJECT, also: [201, 'The object is new.'] } as const satisfies Partial<OperationDescription>;
const DOCUMENTS = [{ kind: 'Team', name: 'search', models: ['claude-*'] }];
const ROLE = { principal: 'p_0123456789abcdef0123', role: 'auditor' };

/** Descriptions of the admin API by method and path. Its routes exist if `admin.enabled` is true. */
export const ADMIN_OPERATIONS: Readonly<Record<string, OperationDescription>> = {
  'GET /admin/v1/teams': { summary: 'Lists teams', ...LIST },
  'GET /admin/v1/teams/{name}': { summary: 'Returns a team by name or id', ...ONE_OBJECT },
  'PUT /admin/v1/teams/{name}': {
    summary: 'Creates or replaces a team',
    ...CREATED,
    body: 'TeamBody',
    example: { models: ['claude-*'], limits: { requestsPerMinute: 600 } },
  },
  'DELETE /admin/v1/teams/{name}': { summary: 'Deletes a team', answer: 'Any' },
  'GET /admin/v1/applications': {
    summary: 'Lists applications',
    ...LIST,
    query: { ...PAGE, team: { type: 'string' } },
  },
  'GET /admin/v1/applications/{name}': { summary: 'Returns an application by name or id', ...ONE_OBJECT },
  'PUT /admin/v1/applications/{name}': {
    summary: 'Creates or replaces an application',
    ...CREATED,
    body: 'ApplicationBody',
    example: { team: 'search', purpose: 'Answers in the shop' },
  },
  'DELETE /admin/v1/applications/{name}': { summary: 'Deletes an application', answer: 'Any' },
  'GET /admin/v1/catalog': { summary: 'Lists catalog entries', ...LIST },
  'GET /admin/v1/catalog/{name}': { summary: 'Returns a catalog entry by name or id', ...ONE_OBJECT },
  'PUT /admin/v1/catalog/{name}': {
    summary: 'Creates or replaces a catalog entry',
    ...CREATED,
    body: 'CatalogEntryBody',
    example: { state: 'approved' },
  },
  'DELETE /admin/v1/catalog/{name}': { summary: 'Deletes a catalog entry', answer: 'Any' },
  'GET /admin/v1/keys': {
    summary: 'Lists API keys',
    answer: 'AdminPage',
    query: {
      ...PAGE,
      team: { type: 'string' },
      application: { type: 'string' },
      owner: { type: 'string' },
      state: { enum: ['active', 'disabled', 'revoked'] },
    },
  },
  'POST /admin/v1/keys': {
    summary: 'Creates an API key, and returns its secret once',
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
  'DELETE /admin/v1/keys/{name}': { summary: 'Deletes an API key', answer: 'Any' },
  'POST /admin/v1/keys/{name}/rotate': {
    summary: 'Adds a secret to an API key, and returns it once',
    description: 'The present secret stays valid for `overlapSeconds`, by default a day.',
    answer: 'KeyWithSecret',
    example: { overlapSeconds: 86_400 },
  },
  'POST /admin/v1/keys/{name}/disable': { summary: 'Disables an API key', ...ONE_OBJECT, example: { cut: false } },
  'POST /admin/v1/keys/{name}/enable': { summary: 'Enables a disabled API key', ...ONE_OBJECT },
  'POST /admin/v1/keys/{name}/revoke': {
    summary: 'Revokes an API key for ever; with cut, its running requests end',
    ...ONE_OBJECT,
    example: { cut: true },
  },
  'GET /admin/v1/principals': { summary: 'Lists principals', ...LIST },
  'GET /admin/v1/principals/{id}': { summary: 'Returns a principal with its roles', ...ONE_OBJECT },
  'GET /admin/v1/principals/{id}/identity': {
    summary: 'Returns email and name of a principal; the audit records it',
    answer: 'Any',
  },
  'PATCH /admin/v1/principals/{id}': {
    summary: 'Changes state, models or limits of a principal',
    ...ONE_OBJECT,
    body: 'PrincipalChange',
    example: { state: 'disabled' },
  },
  'DELETE /admin/v1/principals/{id}/identity': { summary: 'Erases email and name of a principal', answer: 'Any' },
  'GET /admin/v1/roles': { summary: 'Lists roles of principals', answer: 'Any' },
  'POST /admin/v1/roles': { summary: 'Assigns a role to a principal', answer: 'Any', example: ROLE },
  'DELETE /admin/v1/roles': { summary: 'Removes a role of a principal', answer: 'Any', example: ROLE },
  'POST /admin/v1/apply': {
    summary: 'Applies documents: all of them or none',
    answer: 'ApplyResult',
    example: { source: 'git:company/llm-access@4f2a91c', dryRun: true, prune: true, documents: DOCUMENTS },
  },
  'POST /admin/v1/import': {
    summary: 'Imports documents without a source, such as keys with their hashes',
    answer: 'ApplyResult',
    example: { documents: DOCUMENTS },
  },
  'GET /admin/v1/audit': {
    summary: 'Lists audit entries, the oldest first',
    answer: 'AdminPage',
    query: { ...PAGE, kind: { type: 'string' }, object: { type: 'string', description: 'Id of an object.' } },
  },
  'GET /admin/v1/audit/verify': { summary: 'Checks the chain of the audit', answer: 'Any' },
  'GET /admin/v1/state': { summary: 'Returns revision, age of the snapshot and state of the database', answer: 'Any' },
  'GET /admin/v1/models': { summary: 'Lists models with their catalog entries', answer: 'Any' },
  'GET /admin/v1/targets': { summary: 'Lists targets with their health', answer: 'Any' },
  'GET /admin/v1/drift': { summary: 'Lists objects without effect and overrides of objects from files', answer: 'Any' },
};
