import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const ADMIN_PATH = /^\/admin(?=[/?]|$)/i;
/** Start of a path that no route serves, and that a client cannot send. Messages omit it (`telemetry/logged-path.ts`). */
const UNKNOWN_START = '/\0';

const adminSockets = new WeakSet<Socket>();

/** Records that a connection belongs to the port of the admin API. */
export function markAdminSocket(socket: Socket): void {
  adminSockets.add(socket);
}

/**
 * Returns a URL without a route if the port of a request does not serve its path; otherwise undefined. With `admin.port`, the
 * admin API is on that port only, and nothing else is.
 */
export function urlOfOtherPort({ url = '', socket }: IncomingMessage): string | undefined {
  return ADMIN_PATH.test(url) === adminSockets.has(socket) ? undefined : UNKNOWN_START + url;
}
