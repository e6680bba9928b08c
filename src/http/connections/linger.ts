import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Milliseconds for the last bytes to reach a client that is still sending. */
const LINGER_MS = 900;
/**
 * Maximum bytes that are read and discarded in this time. Further bytes stay in the kernel until the connection is
 * destroyed.
 */
const MAX_DISCARDED_BYTES = 64 * 1024;

const lingering = new WeakSet<Duplex>();

/** Returns true if `closeAfterLinger` handles the connection, so that no parser reads from it. */
export function isLingering(socket: Duplex): boolean {
  return lingering.has(socket);
}

/**
 * Sends the pending bytes, `lastBytes` and the end of the stream. Destroys the connection when the client closes it, after
 * 900 ms at the latest. Incoming bytes are not parsed. A connection that is closed with unread bytes is reset, and a reset
 * may overtake the response (RFC 9112, 9.6).
 */
export function closeAfterLinger(socket: Duplex, lastBytes = ''): void {
  if (socket.destroyed || lingering.has(socket)) return;
  lingering.add(socket);
  let remainingBytes = MAX_DISCARDED_BYTES;
  const discard = (data: Buffer): void => {
    remainingBytes -= data.length;
    if (remainingBytes <= 0) socket.pause();
  };
  // Adding a listener takes the bytes from Node's HTTP parser, which otherwise reads them natively.
  socket.on('data', discard);
  for (const listener of socket.listeners('data')) {
    if (listener !== discard) socket.off('data', listener as (data: Buffer) => void);
  }
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => (socket as Socket).destroySoon());
  socket.end(lastBytes);
  socket.resume();
}
