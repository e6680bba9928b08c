import { createHash, randomInt } from 'node:crypto';

/** Kinds of objects that the administration changes. */
export const ENTITY_KINDS = ['Team', 'Application', 'Key', 'Principal', 'Budget', 'Override', 'CatalogEntry'] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

/** Kinds of objects that files define. */
export const FILE_KINDS = ['Team', 'Application', 'Key', 'Budget', 'CatalogEntry'] as const;

export type FileKind = (typeof FILE_KINDS)[number];

const ID_PREFIXES: Readonly<Record<EntityKind, string>> = {
  Team: 'team_',
  Application: 'app_',
  Key: 'key_',
  Principal: 'p_',
  Budget: 'budget_',
  Override: 'override_',
  CatalogEntry: 'model_',
};
const ID_SUFFIX_LENGTH = 20;
const ID_DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Matches ids of principals. */
export const PRINCIPAL_ID = /^p_[0-9a-f]{20}$/;

/** Returns a new id for an object of the database. */
export function createObjectId(kind: EntityKind): string {
  let id = ID_PREFIXES[kind];
  for (let at = 0; at < ID_SUFFIX_LENGTH; at++) id += ID_DIGITS.charAt(randomInt(ID_DIGITS.length));
  return id;
}

/** Returns the id of an object of a file that has none: the same in each replica and after each start. */
export function fileObjectId(kind: EntityKind, name: string): string {
  return ID_PREFIXES[kind] + digestStart(`${kind}\0${name}`);
}

/** Returns the id of a principal: the same in each replica, without the database. */
export function principalId(issuer: string, subject: string): string {
  return ID_PREFIXES.Principal + digestStart(`${issuer}\0${subject}`);
}

function digestStart(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, ID_SUFFIX_LENGTH);
}
