import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait for earlier answers on their connection. Clients of today send the next one after the answer. */
const MOST_WAITING = 16;

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Stands before the listeners of a server and drops connections on which more requests wait for earlier answers: Node
 * hands over all requests of one read at once, 1,300 small ones, and other clients wait until they are worked off.
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
    if (count > MOST_WAITING) exceeded(socket);
    return count > MOST_WAITING;
  };

  server.on('request', (request, response) => {
    // A response without a socket waits for an earlier one on its connection.
    if (response.socket === null && isBeyondLimit(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
}
