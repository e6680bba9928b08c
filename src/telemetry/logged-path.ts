import type { Request } from 'express';
import { maskSecrets, mayBeSecret } from '../config/mask-secrets.ts';

const MAX_SEGMENT_LENGTH = 24;
const MAX_PATH_LENGTH = 200;
/** Start of a path that the port of the request does not serve (`http/server/admin-port.ts`). */
const HIDDEN_START = /^\/\0/;

/**
 * Returns the path for logs and traces: the pattern of the route (`/v1/models/*id`), or the first segment of an unknown
 * path. The rest is omitted, because clients put keys into queries and unknown paths.
 */
export function loggedPath(request: Request): string {
  return routeOf(request) ?? firstSegmentOf(request.path.replace(HIDDEN_START, ''));
}

/** Returns the pattern of the matching route, e.g. `/v1/models/:model`. */
export function routeOf(request: Request): string | undefined {
  return (request.route as { path?: string } | undefined)?.path;
}

/** Returns the path for a message to the client: limited in length, with possible secrets masked. */
export function repeatedPath({ path }: Request): string {
  return maskSecrets(path.replace(HIDDEN_START, '').slice(0, MAX_PATH_LENGTH));
}

function firstSegmentOf(path: string): string {
  const [, first = '', ...rest] = path.split('/', 3);
  const isPlain = first.length <= MAX_SEGMENT_LENGTH && /^[\w.-]*$/.test(first) && !mayBeSecret(first);
  return `/${isPlain ? first : '…'}${rest.length > 0 ? '/…' : ''}`;
}
