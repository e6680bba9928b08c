import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { declaredLength, isIncomplete } from './body-headers.ts';

/** Bytes of a refused body that are discarded so that its client, which may still be sending, reads the response. */
const DISCARDED_BYTES = 64 * 1024;
/** Milliseconds after the response in which the rest of a body may arrive. */
const LINGER_MS = 1_000;
const TOO_SLOW = 408;

/**
 * Prepares the response to a request whose body is not read, before its headers are sent. If the body is too long to be
 * discarded, the connection closes after the response.
 */
export function announceUnread(request: IncomingMessage, response: ServerResponse): void {
  if (!isIncomplete(request)) return;
  const { socket } = request;
  const length = declaredLength(request.headers);
  const isTooLong = length !== undefined && length > DISCARDED_BYTES;
  // A body that was too slow once is not waited for again.
  if ((isTooLong || response.statusCode === TOO_SLOW) && !response.headersSent) {
    response.setHeader('connection', 'close');
  }
  // Node calls this after a response with `connection: close`. Closing a socket that has unread bytes resets the
  // connection, and the client may lose the response.
  socket.destroySoon = () => {
    delete (socket as Partial<Socket>).destroySoon;
    closeAfterLinger(socket);
  };
}

/**
 * Bounds what is discarded after the response to a request whose body was not read. Node itself discards any number of
 * bytes. If the body ends in time, the connection can be used again.
 */
export function discardUnread(request: IncomingMessage): void {
  const { socket } = request;
  if (!isIncomplete(request) || socket.destroyed || socket.writableEnded) return;
  let bytes = 0;
  const stop = (): void => {
    clearTimeout(deadline);
    socket.off('data', onData).off('close', stop);
    request.off('end', stop);
  };
  const giveUp = (): void => {
    stop();
    closeAfterLinger(socket);
  };
  // The server's own listener runs before this one: the request may be complete with this chunk.
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (!request.complete && bytes > DISCARDED_BYTES) giveUp();
  };
  const deadline = setTimeout(giveUp, LINGER_MS).unref();
  socket.on('data', onData).on('close', stop);
  request.on('end', stop).resume();
}

/**
 * Sends what is written and the end of the stream, then destroys the socket after a second at the latest. Nothing that
 * still comes in is parsed; beyond 64 KB it is not even read.
 */
export function closeAfterLinger(socket: Socket): void {
  if (socket.destroyed) return;
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > DISCARDED_BYTES) socket.pause();
  };
  // This listener first: adding it takes the socket away from Node's native parser.
  socket.on('data', onData);
  for (const listener of socket.listeners('data')) {
    if (listener !== onData) socket.off('data', listener as (chunk: Buffer) => void);
  }
  socket.resume();
  socket.end();
  const deadline = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('end', () => socket.destroySoon()).once('close', () => clearTimeout(deadline));
}
