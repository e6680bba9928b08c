import { hash } from 'node:crypto';
import type { JwtClaimsConfig, JwtIssuerConfig } from '../../config/gateway-config.ts';
import { MAX_GROUP_LENGTH } from '../../config/settings/group-pattern.ts';
import { groupsMissing, invalidToken } from './token-errors.ts';
import { isTokenObject, type TokenObject } from './unverified-token.ts';

const MAX_GROUPS = 500;
const MAX_CLAIM_LENGTH = 256;
const PRINCIPAL_ID_DIGITS = 20;

/** What the claims of a verified token contain. */
export interface TokenIdentity {
  readonly principalId: string;
  readonly issuer: string;
  readonly subject: string;
  /** Groups of up to 256 characters. Longer ones match no rule. */
  readonly groups: readonly string[];
  /** Value of the claim for the role. */
  readonly claimedRole?: string;
  readonly email?: string;
  readonly name?: string;
  /** Models that the token allows. Absent: no list. */
  readonly models?: readonly string[];
}

/** Returns the id of a principal: the same in all replicas, and without personal values. */
export function principalIdOf(issuer: string, subject: string): string {
  return `p_${hash('sha256', `${issuer}\0${subject}`, 'hex').slice(0, PRINCIPAL_ID_DIGITS)}`;
}

/** Reads the claims of a verified token. Throws TokenRejection if one has the wrong form, or if Entra omits the groups. */
export function identityOf(claims: TokenObject, { issuer, claims: names }: JwtIssuerConfig): TokenIdentity {
  const subject = claimAt(claims, names.principal);
  if (typeof subject !== 'string' || subject === '' || subject.length > MAX_CLAIM_LENGTH) {
    throw invalidToken(
      'claims',
      `its claim \`${names.principal}\` must be text of 1 to ${MAX_CLAIM_LENGTH} characters.`,
    );
  }
  const role = names.role === undefined ? undefined : claimAt(claims, names.role);
  return {
    principalId: principalIdOf(issuer, subject),
    issuer,
    subject,
    groups: groupsOf(claims, names),
    claimedRole: highestOf(role),
    email: shortTextAt(claims, names.email),
    name: shortTextAt(claims, 'name'),
    models: names.models === undefined ? undefined : textsAt(claims, names.models),
  };
}

function groupsOf(claims: TokenObject, names: JwtClaimsConfig): readonly string[] {
  const groups = textsAt(claims, names.groups);
  if (groups === undefined && hasOverageMarker(claims, names.groups)) throw groupsMissing(names.groups);
  return (groups ?? []).filter((group) => group.length <= MAX_GROUP_LENGTH);
}

/**
 * Returns true if the groups exist, but only at the identity provider. Entra omits them from tokens of accounts in more than
 * 200 groups, and from those of the implicit flow above 5 groups (learn.microsoft.com, groups overage claim, 2026-11).
 */
function hasOverageMarker(claims: TokenObject, groups: string): boolean {
  const { hasgroups, _claim_names: names, _claim_sources: sources } = claims;
  if (isTokenObject(names)) return Object.hasOwn(names, groups);
  return groups === 'groups' && (hasgroups === true || hasgroups === 'true' || isTokenObject(sources));
}

/**
 * Returns the claim at a path with dots, such as `realm_access.roles`. Names of claims may contain dots themselves, such as
 * `kubernetes.io`, so the longest existing name takes precedence.
 */
export function claimAt(claims: TokenObject, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) {
    const name = path.slice(0, end);
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const found = isTokenObject(value) ? claimAt(value, path.slice(end + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the texts of a claim; undefined if it is absent. A single text counts as a list with one entry. */
function textsAt(claims: TokenObject, path: string): readonly string[] | undefined {
  const value = claimAt(claims, path) ?? undefined;
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MAX_GROUPS)
    throw invalidToken('claims', `its claim \`${path}\` has more than ${MAX_GROUPS} entries.`);
  if (!list.every((entry) => typeof entry === 'string')) {
    throw invalidToken('claims', `its claim \`${path}\` must be a list of texts.`);
  }
  return list;
}

function shortTextAt(claims: TokenObject, path: string): string | undefined {
  const value = claimAt(claims, path);
  return typeof value === 'string' && value !== '' && value.length <= MAX_CLAIM_LENGTH ? value : undefined;
}

/** Returns the role with the most rights in a claim with one role or several. Others than admin, auditor and member are ignored. */
function highestOf(claim: unknown): string | undefined {
  const roles: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return ['admin', 'auditor', 'member'].find((role) => roles.includes(role));
}
