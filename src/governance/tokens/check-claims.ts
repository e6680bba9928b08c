import type { JwtIssuerConfig } from '../../config/gateway-config.ts';
import { invalidToken } from './token-errors.ts';
import { isTokenObject, type TokenObject, type UnverifiedToken } from './unverified-token.ts';

/** Seconds by which the clocks of the issuer and the gateway may differ. */
export const CLOCK_TOLERANCE_SECONDS = 30;
/** Types of tokens in lower case: RFC 7519 and RFC 9068. Others, such as logout tokens, are for other uses. */
const TOKEN_TYPES: ReadonlySet<unknown> = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);

/** What the header of a token names. */
export interface SignatureParameters {
  readonly algorithm: string;
  readonly keyId: string | undefined;
}

/**
 * Checks everything that needs no signature, so that most invalid tokens cost no verification. Throws TokenRejection 401.
 * The claims are checked again with the signature.
 */
export function checkClaims(token: UnverifiedToken, settings: JwtIssuerConfig, now: number): SignatureParameters {
  const parameters = checkHeader(token.header, settings);
  const { aud, exp, nbf, cnf } = token.claims;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!settings.audience.some((audience) => audiences.includes(audience))) {
    throw invalidToken('audience', 'its audience (`aud`) is not one of those that the gateway accepts.');
  }
  if (typeof exp !== 'number') throw invalidToken('claims', 'it has no end (`exp`), or the end is not a number.');
  if (now / 1_000 >= exp + CLOCK_TOLERANCE_SECONDS) throw invalidToken('expired', 'it has expired. Request a new one.');
  if (nbf !== undefined && typeof nbf !== 'number') throw invalidToken('claims', 'its claim `nbf` must be a number.');
  if (nbf !== undefined && now / 1_000 < nbf - CLOCK_TOLERANCE_SECONDS) {
    throw invalidToken('not_yet_valid', 'it is not valid yet (`nbf`).');
  }
  // RFC 9449, section 7.1: a token that is bound to a key of the client must not be accepted as a bearer token.
  if (isTokenObject(cnf))
    throw invalidToken('claims', 'it is bound to a key of the client (`cnf`); send a bearer token.');
  return parameters;
}

function checkHeader({ alg, kid, typ, crit }: TokenObject, { algorithms }: JwtIssuerConfig): SignatureParameters {
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    throw invalidToken('algorithm', `its algorithm (\`alg\`) must be one of ${algorithms.join(', ')}.`);
  }
  if (typ !== undefined && (typeof typ !== 'string' || !TOKEN_TYPES.has(typ.toLowerCase()))) {
    throw invalidToken('type', 'its type (`typ`) must be JWT or at+jwt.');
  }
  if (crit !== undefined) throw invalidToken('claims', 'its header has critical extensions (`crit`).');
  if (kid !== undefined && typeof kid !== 'string') throw invalidToken('claims', 'its key id (`kid`) must be text.');
  return { algorithm: alg, keyId: kid };
}
