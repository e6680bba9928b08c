import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A proxy for all addresses except this machine's: it rejects each request and records the host,
 * so that a test sees which other services a client calls.
 */
export class Outside {
  /** Hosts that a client tried to reach, in order. */
  readonly attemptedHosts: string[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.attemptedHosts.push(request.url ?? '');
      response.writeHead(502).end();
    });
    this.server.on('connect', (request, socket) => {
      this.attemptedHosts.push(request.url ?? '');
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
  }

  static async open(): Promise<Outside> {
    const outside = new Outside();
    await new Promise<void>((resolve) => outside.server.listen(0, '127.0.0.1', resolve));
    return outside;
  }

  /** Variables that configure the proxy for clients on Node and Bun. */
  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '127.0.0.1,localhost', NODE_USE_ENV_PROXY: '1' };
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
