import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Milliseconds for the last bytes to reach a client that is still sending. */
const LINGER_MS = 900;
/** Bytes that are read and discarded meanwhile; the rest stays in the kernel until the connection is destroyed. */
const MOST_DISCARDED_BYTES = 64 * 1024;

const lingering = new WeakSet<Duplex>();

/** Returns true if `closeAfterLinger` has the connection: no parser reads from it any more. */
export function isLingering(socket: Duplex): boolean {
  return lingering.has(socket);
}

/**
 * Sends what is written, `lastBytes` and the end of the stream, and destroys the connection as soon as the client closes
 * it, after 900 ms at the latest. Nothing that still comes in is parsed. A connection that is closed while bytes wait in
 * it is reset, and a reset may overtake the response (RFC 9112, 9.6).
 */
export function closeAfterLinger(socket: Duplex, lastBytes = ''): void {
  if (socket.destroyed || lingering.has(socket)) return;
  lingering.add(socket);
  let left = MOST_DISCARDED_BYTES;
  const discard = (data: Buffer): void => {
    left -= data.length;
    if (left <= 0) socket.pause();
  };
  // The first listener takes the bytes from Node's HTTP parser, which otherwise reads them before any JavaScript does.
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
