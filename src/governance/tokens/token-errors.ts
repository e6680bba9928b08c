import { GatewayError } from '../../errors/errors.ts';

const SHOWN_LENGTH = 64;

/** Result of the verification of a token, for the metric. */
export type TokenResult =
  | 'accepted'
  | 'not_a_token'
  | 'unknown_issuer'
  | 'algorithm'
  | 'type'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'claims'
  | 'unknown_key'
  | 'signature'
  | 'revoked'
  | 'groups_missing'
  | 'keys_unavailable'
  | 'limited';

/** Rejection of a token, with its result for the metric. */
export class TokenRejection extends GatewayError {
  readonly result: TokenResult;

  constructor(result: TokenResult, error: ConstructorParameters<typeof GatewayError>[0]) {
    super(error);
    this.result = result;
  }
}

/** Returns a 401 for a token. `reason` completes "The token is not accepted: …". */
export function invalidToken(result: TokenResult, reason: string, cause?: unknown): TokenRejection {
  return new TokenRejection(result, { code: 'invalid_token', message: `The token is not accepted: ${reason}`, cause });
}

/** Returns a 503 for a token whose issuer has not answered since the start of the gateway. */
export function keysUnavailable(issuer: string, retryAfter: number): TokenRejection {
  return new TokenRejection('keys_unavailable', {
    code: 'token_keys_unavailable',
    message: `The gateway has not received the keys of the issuer ${issuer} yet, so it cannot verify the token. Try again.`,
    retryAfter,
  });
}

/** Returns a 429 for a client address whose tokens have had too many invalid signatures. */
export function tooManyInvalidTokens(retryAfter: number): TokenRejection {
  return new TokenRejection('limited', {
    code: 'too_many_invalid_tokens',
    message: 'Too many tokens of this address had an invalid signature. Try again later with a valid token.',
    retryAfter,
  });
}

/** Returns a 403 for a token of Entra that refers to the groups instead of containing them. */
export function groupsMissing(claim: string): TokenRejection {
  return new TokenRejection('groups_missing', {
    code: 'groups_missing',
    message:
      `The token does not contain the groups (claim \`${claim}\`), because the account is in more groups than fit into it. ` +
      'In Microsoft Entra, set "Groups assigned to the application" for the groups claim of the app registration, or ' +
      'use app roles and set `auth.jwt[].claims.groups` to `roles`.',
  });
}

/** Returns a 403 for a caller without a team. */
export function noMatchingTeam(): GatewayError {
  return new GatewayError({
    code: 'no_matching_team',
    message:
      'None of the groups in the token belongs to a team of this gateway. Request membership in a group of a team, or ' +
      'request a rule in `auth.groups`.',
  });
}

/** Returns a 400 for a caller that is in several teams and has chosen none. */
export function teamRequired(teams: readonly string[]): GatewayError {
  return new GatewayError({
    code: 'team_required',
    message: `You are in several teams. Send one of them in the header x-outcrop-team: ${teams.join(', ')}.`,
    param: 'x-outcrop-team',
  });
}

/** Returns a 403 for a team that the caller does not belong to, or that does not exist. */
export function otherTeam(chosen: string, teams: readonly string[]): GatewayError {
  const shown = JSON.stringify(chosen.slice(0, SHOWN_LENGTH));
  return new GatewayError({
    code: 'permission_denied',
    message: `The header x-outcrop-team has the team ${shown}, to which you do not belong. Your teams: ${teams.join(', ')}.`,
    param: 'x-outcrop-team',
  });
}

/** Returns a 403 for a principal that an administrator has disabled. */
export function principalDisabled(id: string): GatewayError {
  return new GatewayError({
    code: 'principal_disabled',
    message: `Access of the principal ${id} is disabled. Contact the administrators of the gateway.`,
    shouldRetry: false,
  });
}
