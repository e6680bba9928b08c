import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Incoming, Outgoing } from './exchange.ts';

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

type Handler = (request: Incoming, response: Outgoing) => void;

/**
 * Listens for HTTP/1.1 and cleartext HTTP/2 on one port. The first bytes of a connection identify its protocol. The AWS
 * SDK's default handler for Bedrock Runtime uses HTTP/2 with prior knowledge, most other clients HTTP/1.1.
 */
export async function listen(port: number, host: string, handle: Handler): Promise<Listener> {
  const http1 = createHttp1Server({ keepAliveTimeout: 120_000, requestTimeout: 0 }, handle);
  const http2 = createHttp2Server(handle);
  const sockets = new Set<Socket>();
  const tcp = createTcpServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    detectProtocol(socket, (speaksHttp2) => (speaksHttp2 ? http2 : http1).emit('connection', socket));
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(port, host, resolve);
  });
  const { port: actual, family, address } = tcp.address() as AddressInfo;
  const name = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return {
    url: `http://${family === 'IPv6' && name.includes(':') ? `[${name}]` : name}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        tcp.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/**
 * Reads the first chunk and puts it back. Uses `readable`, because with `data` the HTTP/2 server would miss the
 * preface.
 */
function detectProtocol(socket: Socket, decide: (speaksHttp2: boolean) => void): void {
  socket.once('readable', () => {
    const first = socket.read() as Buffer | null;
    if (first === null) {
      socket.destroy();
      return;
    }
    socket.unshift(first);
    decide(first.subarray(0, 3).toString('latin1') === 'PRI');
  });
}
