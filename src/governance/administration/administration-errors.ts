import type { Problem } from '../../config/settings/config-error.ts';
import { badRequest, GatewayError, permissionDenied } from '../../errors/errors.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { GovernanceConflictError } from '../repository/stored-change.ts';

const MAX_SHOWN_PROBLEMS = 20;
const MAX_SHOWN_NAME = 100;

/** Returns a 404 for an object that does not exist, or that the caller may not read. */
export function noSuchObject(kind: EntityKind, nameOrId: string): GatewayError {
  const shown = nameOrId.slice(0, MAX_SHOWN_NAME);
  return new GatewayError({
    code: 'not_found',
    message: `No object of the kind ${kind} has the name or id '${shown}'.`,
  });
}

/** Returns a 400 for an invalid document. `param` is the path of the first problem; the message lists all of them. */
export function invalidDocument(problems: readonly Problem[]): GatewayError {
  const [first] = problems;
  const texts = problems
    .slice(0, MAX_SHOWN_PROBLEMS)
    .map(({ path, message }) => `${path || 'The document'} ${message}`);
  const omitted = problems.length - texts.length;
  const more = omitted > 0 ? `; ${omitted} further problems` : '';
  return badRequest(`The document is not valid: ${texts.join('; ')}${more}.`, first?.path || null, 'invalid_value');
}

/** Returns a 409 for a change without a database. */
export function noDatabase(): GatewayError {
  return new GatewayError({
    code: 'read_only',
    message:
      'This gateway has no database, so only its files define teams and keys. Set database.url to change them by the admin API.',
  });
}

const LEAKED_KEY = ' To reject a leaked key at once, add its hash to auth.revoked.';

/** Returns a 409 for a backup of PostgreSQL, which has its own tools. */
export function backupOfPostgres(): GatewayError {
  return invalidState(
    'The admin API writes backups of SQLite only. Use pg_dump, or npm run database:backup, for PostgreSQL.',
  );
}

/** Returns a 409 for a folder of backups that the gateway cannot write. `code` is that of the operating system. */
export function backupNotWritten(folder: string, code: string): GatewayError {
  return invalidState(
    `The backup cannot be written to ${folder} (${code}). Set database.backupFolder to a folder that the gateway may write.`,
  );
}

/** Returns a 409 for a change of an object of governance.files. */
export function definedByFile({ kind, name }: GovernanceRecord): GatewayError {
  return new GatewayError({
    code: 'read_only',
    message: `A file of governance.files defines the ${kind} '${name}'. Change the file.${kind === 'Key' ? LEAKED_KEY : ''}`,
  });
}

/** Returns a 409 for a change of an object that an apply with a source has written. */
export function managedByFiles({ kind, name, managedBy }: GovernanceRecord): GatewayError {
  const { source, file, commit } = managedBy!;
  const origin = [`source ${source}`, file && `file ${file}`, commit && `commit ${commit}`].filter(Boolean).join(', ');
  return new GatewayError({
    code: 'managed_by_files',
    message:
      `The ${kind} '${name}' was applied from files (${origin}). Change the file and apply the folder again.` +
      (kind === 'Key' ? ' The role admin may disable and revoke the key by the API in an emergency.' : ''),
  });
}

/** Returns a 409 for a name or hash that another object has. */
export function existsAlready({ kind, field, existingId }: GovernanceConflictError): GatewayError {
  return new GatewayError({
    code: 'already_exists',
    param: field === 'hash' ? 'secrets' : 'name',
    message: `Another object of the kind ${kind} has the same ${field === 'name' ? 'name or id' : field}. Its id is ${existingId}.`,
  });
}

/** Returns a 400 for a name that is the id of another object. Names of objects are fixed, and ids must stay unambiguous. */
export function nameIsId(kind: EntityKind, name: string): GatewayError {
  const field = kind === 'CatalogEntry' ? 'model' : 'name';
  return invalidDocument([
    { path: field, message: `must not be the id of an object; '${name.slice(0, MAX_SHOWN_NAME)}' is one` },
  ]);
}

/** Returns a 409 for an object that others refer to. */
export function objectInUse(
  { kind, name }: Pick<GovernanceRecord, 'kind' | 'name'>,
  users: readonly GovernanceRecord[],
): GatewayError {
  const shown = users.slice(0, MAX_SHOWN_PROBLEMS).map((user) => `${user.kind} '${user.name}'`);
  const more = users.length > shown.length ? ' and further objects' : '';
  return new GatewayError({
    code: 'object_in_use',
    message: `The ${kind} '${name}' is in use by ${shown.join(', ')}${more}. Change or delete them before.`,
  });
}

/** Returns a 409 for the erasure of a principal that may still send requests. */
export function notDisabled(id: string): GatewayError {
  return invalidState(
    `The principal '${id.slice(0, MAX_SHOWN_NAME)}' is active. Disable it, and remove the person at the identity provider, before ` +
      'the erasure.',
  );
}

/** Returns a 409 for a change that the state of an object does not allow. */
export function invalidState(message: string): GatewayError {
  return new GatewayError({ code: 'invalid_state', message });
}

/** Returns a 412: the version in If-Match is not the present one. */
export function versionConflict(message: string): GatewayError {
  return new GatewayError({ code: 'version_conflict', message });
}

/** Returns a 403 for a team admin who would change an object or a field outside of the team. */
export function outsideTeam(team: string, param: string | null = null): GatewayError {
  return permissionDenied(`The role team-admin may change applications and keys of the team '${team}' only.`, param);
}
