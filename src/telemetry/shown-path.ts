import type { Request } from 'express';
import { maskSecrets, looksSecret } from '../config/mask-secrets.ts';

const LONGEST_SEGMENT = 24;
const LONGEST_PATH = 200;

/**
 * The path as logs and traces show it: the pattern of the route (`/v1/models/*id`), or of an unknown path its first
 * segment. Clients put keys into queries, and into paths that do not exist.
 */
export function loggedPath(request: Request): string {
  return routeOf(request) ?? firstSegmentOf(request.path);
}

/** The pattern that matched, e.g. `/v1/models/:model`. */
export function routeOf(request: Request): string | undefined {
  return (request.route as { path?: string } | undefined)?.path;
}

/** The path as a message repeats it to the client that sent it: without what looks like a key. */
export function repeatedPath({ path }: Request): string {
  return maskSecrets(path.slice(0, LONGEST_PATH));
}

function firstSegmentOf(path: string): string {
  const [, first = '', ...rest] = path.split('/', 3);
  const isPlain = first.length <= LONGEST_SEGMENT && /^[\w.-]*$/.test(first) && !looksSecret(first);
  return `/${isPlain ? first : '…'}${rest.length > 0 ? '/…' : ''}`;
}
