import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { closeAfterLinger } from '../connections/linger.ts';
import { declaredLength, isIncomplete } from './body-headers.ts';

/** Maximum bytes of a rejected body that are discarded, so that a client that is still sending can read the response. */
const MAX_DISCARDED_BYTES = 64 * 1024;
/** Milliseconds after the response within which the rest of the body may arrive. */
const LATE_BODY_MS = 1_000;
const TOO_SLOW = 408;

const discarding = new WeakSet<Duplex>();

/** Returns true while the connection discards the rest of a body whose request has its response. */
export function isDiscarding(socket: Duplex): boolean {
  return discarding.has(socket);
}

/**
 * Prepares the response to a request whose body was not read. Must be called before the headers are sent. If the body is too
 * long to discard, the connection closes after the response.
 */
export function announceUnread(request: IncomingMessage, response: ServerResponse): void {
  if (!isIncomplete(request)) return;
  const { socket } = request;
  const length = declaredLength(request.headers);
  const isTooLong = length !== undefined && length > MAX_DISCARDED_BYTES;
  // A body that was too slow is not awaited again.
  if ((isTooLong || response.statusCode === TOO_SLOW) && !response.headersSent) {
    response.setHeader('connection', 'close');
  }
  // Node calls `destroySoon` after a response with `connection: close`. Closing a socket with unread bytes resets the
  // connection, and the client may lose the response.
  socket.destroySoon = () => {
    delete (socket as Partial<Socket>).destroySoon;
    closeAfterLinger(socket);
  };
}

/**
 * Limits the bytes that are discarded after the response to a request whose body was not read. Node itself discards any
 * number of bytes. If the body ends in time, the connection stays open.
 */
export function discardUnread(request: IncomingMessage): void {
  const { socket } = request;
  if (!isIncomplete(request) || socket.destroyed || socket.writableEnded) return;
  discarding.add(socket);
  let bytes = 0;
  const stop = (): void => {
    discarding.delete(socket);
    clearTimeout(deadline);
    socket.off('data', onData).off('close', stop);
    request.off('end', stop);
  };
  const closeConnection = (): void => {
    stop();
    closeAfterLinger(socket);
  };
  // The server's own listener runs first, so the request may be complete with this chunk.
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (!request.complete && bytes > MAX_DISCARDED_BYTES) closeConnection();
  };
  const deadline = setTimeout(closeConnection, LATE_BODY_MS).unref();
  socket.on('data', onData).on('close', stop);
  request.on('end', stop).resume();
}
