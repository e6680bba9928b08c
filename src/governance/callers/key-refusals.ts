import { GatewayError, invalidApiKey, permissionDenied } from '../../errors/errors.ts';
import type { KeyRefusal } from '../snapshot/resolved-key.ts';

/** Why a known key is rejected. `unavailable`: the teams and keys of the database are not known, or too old. */
export type CallerRefusal = KeyRefusal | 'application_required' | 'unavailable';

/** Returns the error for a known key that is rejected. `ending` is the visible end of the secret. */
export function callerRefused(reason: CallerRefusal, ending: string): GatewayError {
  switch (reason) {
    case 'disabled':
      return new GatewayError({ code: 'api_key_disabled', message: `The API key ${ending} is disabled. ${ASK}` });
    case 'revoked':
      return new GatewayError({
        code: 'api_key_revoked',
        message: `The API key ${ending} was revoked. Use another key.`,
      });
    case 'inactive':
      return invalidApiKey(
        `The API key ${ending} is inactive, because another key with its name, id or hash exists. ${ASK}`,
      );
    case 'unknown_team':
      return permissionDenied(`The team of the API key ${ending}, or the parent of the team, does not exist. ${ASK}`);
    case 'nested_team':
      return permissionDenied(
        `The team of the API key ${ending} has a parent that has a parent, but only one level is allowed. ${ASK}`,
      );
    case 'unknown_application':
      return permissionDenied(`The application of the API key ${ending} does not exist. ${ASK}`);
    case 'application_of_other_team':
      return permissionDenied(`The application of the API key ${ending} belongs to another team. ${ASK}`);
    case 'principal_disabled':
      return permissionDenied(`The owner of the API key ${ending} is disabled. ${ASK}`);
    case 'application_required':
      return new GatewayError({
        code: 'application_required',
        message: `The API key ${ending} belongs to no application, which governance.requireApplication demands. ${ASK}`,
      });
    case 'unavailable':
      return new GatewayError({
        code: 'governance_unavailable',
        message:
          'The gateway has no current list of teams and keys, because its database is unavailable. ' +
          'Send the request again later.',
        retryAfter: RETRY_AFTER_SECONDS,
      });
    default:
      return reason satisfies never;
  }
}

/** Returns the error for a key whose request chooses a team of which the key is not. `own`: team of the key. */
export function teamOfOtherKey(chosen: string, own: string): GatewayError {
  return new GatewayError({
    code: 'permission_denied',
    message:
      `The header x-outcrop-team has the team ${JSON.stringify(chosen.slice(0, MAX_SHOWN_TEAM_LENGTH))}, but the API key belongs to the team ${own}. ` +
      'Only callers with a token choose a team. Remove the header, or use a key of that team.',
    param: 'x-outcrop-team',
  });
}

const MAX_SHOWN_TEAM_LENGTH = 64;
const ASK = 'Contact the administrator of the gateway.';
const RETRY_AFTER_SECONDS = 5;
