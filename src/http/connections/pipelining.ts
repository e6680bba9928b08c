import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Maximum number of requests that wait for earlier answers on their connection. Current clients send a request only after
 * the answer to the one before.
 */
const MAX_WAITING = 16;

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Closes connections on which too many requests wait for earlier answers. Registers before the listeners of the server. Node
 * passes on all requests of one socket read at once, up to 1,300 small ones, and other clients would wait until they are
 * processed.
 */
export function boundPipelining(server: Server, exceeded: (socket: Socket) => void): void {
  const waiting = new WeakMap<Socket, number>();
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');

  const isBeyondLimit = ({ socket }: IncomingMessage, response: ServerResponse): boolean => {
    if (socket.destroyed) return true;
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    if (count > MAX_WAITING) exceeded(socket);
    return count > MAX_WAITING;
  };

  server.on('request', (request, response) => {
    // A response without a socket waits for an earlier response on its connection.
    if (response.socket === null && isBeyondLimit(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
}
