import type { IncomingHttpHeaders } from 'node:http';

const BEARER = 'bearer ';
/** Minimum length of a key whose last four characters are shown. They would reveal too much of a shorter key. */
const MIN_SHOWN_LENGTH = 16;

/**
 * Returns the API key of a request, from the first of these headers: `authorization` (OpenAI), `x-api-key` (Anthropic),
 * `api-key` (Azure), `x-outcrop-api-key` (for AWS's clients, which use `authorization` for their signature).
 */
export function readApiKey(headers: IncomingHttpHeaders): string | undefined {
  return bearerToken(headers.authorization) ?? keyInHeader(headers);
}

/** Returns the API key of a client that sends a bearer token, too; undefined if it sends only one of them. */
export function apiKeyBesideBearerToken(headers: IncomingHttpHeaders): string | undefined {
  return bearerToken(headers.authorization) === undefined ? undefined : keyInHeader(headers);
}

function keyInHeader(headers: IncomingHttpHeaders): string | undefined {
  return (
    single(headers['x-api-key']) ??
    single(headers['api-key']) ??
    single(headers['x-outcrop-api-key']) ??
    // The former name, which the next release no longer reads.
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

/** Returns the last characters of a key, which identify it in messages and logs without revealing it. */
export function keySuffix(key: string): string {
  return key.length < MIN_SHOWN_LENGTH ? '****' : `****${key.slice(-4)}`;
}
