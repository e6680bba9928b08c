import type { IncomingHttpHeaders } from 'node:http';

const BEARER = 'bearer ';
/** Shorter secrets would be given away by their last four characters. */
const SHORTEST_SHOWN = 16;

/**
 * The key a client presents: as OpenAI's clients do, as Anthropic's do, as Azure's do, or, where all of these names
 * are taken (AWS's clients sign in `authorization`), by our own; in this order.
 */
export function readApiKey(headers: IncomingHttpHeaders): string | undefined {
  return bearerToken(headers.authorization) ?? keyInHeader(headers);
}

/** The key of a client that sends a bearer token, too; undefined where there is but one. */
export function apiKeyBesideBearerToken(headers: IncomingHttpHeaders): string | undefined {
  return bearerToken(headers.authorization) === undefined ? undefined : keyInHeader(headers);
}

function keyInHeader(headers: IncomingHttpHeaders): string | undefined {
  return (
    single(headers['x-api-key']) ??
    single(headers['api-key']) ??
    single(headers['x-outcrop-api-key']) ??
    // The old name, for one release.
    single(headers['x-outcrop-key'])
  );
}

function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length <= BEARER.length) return undefined;
  if (authorization.slice(0, BEARER.length).toLowerCase() !== BEARER) return undefined;
  return authorization.slice(BEARER.length).trim() || undefined;
}

function single(header: string | string[] | undefined): string | undefined {
  return (typeof header === 'string' ? header.trim() : header?.[0]?.trim()) || undefined;
}

/** The end of a key, to tell keys apart in messages and logs without giving them away. */
export function keySuffix(key: string): string {
  return key.length < SHORTEST_SHOWN ? '****' : `****${key.slice(-4)}`;
}
