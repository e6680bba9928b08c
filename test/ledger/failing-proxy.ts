import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of a server, which can go away. */
export interface FailingProxy {
  url: string;
  /** Requests that it passes on before it goes away. */
  remaining: number;
  close(): void;
}

/** Starts a proxy. After `remaining` requests it ends each connection without an answer. */
export async function startFailingProxy(target: string): Promise<FailingProxy> {
  const server: Server = createServer((incoming, outgoing) => {
    if (proxy.remaining <= 0) return void incoming.socket.destroy();
    proxy.remaining -= 1;
    const { headers, method = 'GET', url = '/' } = incoming;
    const forwarded = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FailingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    remaining: Infinity,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}
