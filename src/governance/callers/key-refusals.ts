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

const ASK = 'Contact the administrator of the gateway.';
const RETRY_AFTER_SECONDS = 5;
