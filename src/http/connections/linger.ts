import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Time for the answer to reach a client that is still sending. */
const LINGER_MS = 500;
/** Bytes that are read and discarded meanwhile; the rest stays in the kernel until the connection is destroyed. */
const MOST_DISCARDED_BYTES = 64 * 1024;

const lingering = new WeakSet<Duplex>();

/** Whether `answerAndClose` has the connection: it reads nothing from it any more. */
export function isLingering(socket: Duplex): boolean {
  return lingering.has(socket);
}

/**
 * Sends the last bytes of a connection and destroys it as soon as the client closes it, after 500 ms at the latest.
 * A connection that is closed while bytes wait in it is reset, and a reset may overtake the answer (RFC 9112, 9.6).
 */
export function answerAndClose(socket: Duplex, answer: string): void {
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
  socket.end(answer);
  socket.resume();
}
