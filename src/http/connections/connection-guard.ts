import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './network.ts';
import { boundPipelining } from './pipelining.ts';
import { type Stranger, Strangers } from './strangers.ts';

/** How often idle connections are closed to make room, at most. */
const CLOSE_IDLE_MS = 1_000;

/** `displaced`: a newcomer has taken the place of a connection without a valid key; `pipelining`: see `pipelining.ts`. */
export const CONNECTION_REFUSALS = ['max_connections', 'address_share', 'displaced', 'pipelining'] as const;
export type ConnectionRefusal = (typeof CONNECTION_REFUSALS)[number];

export interface ConnectionRules {
  /** Milliseconds from the connection of TCP to the end of the TLS handshake. */
  handshakeMs(): number;
  maxConnections(): number;
  /** Most connections of one network on which no valid key was seen. */
  maxStrangersPerAddress(): number;
  /** Proxies, behind which are many clients. */
  isTrusted(address: string): boolean;
  refused(reason: ConnectionRefusal, address: string | undefined): void;
}

/** One open connection. */
interface Connection extends Stranger {
  readonly socket: Socket;
  at: number;
  readonly guard: ConnectionGuard;
  handshake?: NodeJS.Timeout;
}

const CONNECTION = Symbol('connection');
/** A socket of a watched server; of TLS both the one of TCP, and the one above it, which Node gives the former as `_parent`. */
type WatchedSocket = Socket & { [CONNECTION]?: Connection; _parent?: WatchedSocket };

/** A valid key has been seen on this connection: it no longer counts against the share of its address. */
export function keySeenOn(socket: Socket): void {
  const connection = (socket as WatchedSocket)[CONNECTION];
  if (connection?.network !== undefined) connection.guard.noLongerStranger(connection);
}

/**
 * Bounds the connections of one server, those in a TLS handshake included, and can end all of them. Node's server only
 * knows connections that have got as far as HTTP.
 */
export class ConnectionGuard {
  private readonly rules: ConnectionRules;
  /** An array in which the last one takes the place of the one that goes, for the reason given in `active-requests.ts`. */
  private readonly open: Connection[] = [];
  private readonly strangers = new Strangers<Connection>();
  private closedIdleAt = -Infinity;

  constructor(rules: ConnectionRules) {
    this.rules = rules;
  }

  get size(): number {
    return this.open.length;
  }

  /** Those of them on which no valid key was seen, without the ones of trusted proxies. */
  get strangerCount(): number {
    return this.strangers.size;
  }

  /** Stands before the listeners that the server has: a refused connection never reaches HTTP or TLS. */
  watch(server: Server): void {
    const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    const isTls = 'setSecureContext' in server;
    server.on('connection', (socket: WatchedSocket) => {
      const { remoteAddress: address } = socket;
      const network = address === undefined || this.rules.isTrusted(address) ? undefined : networkOf(address);
      const refusal = this.refusalOf(network, server);
      if (refusal !== undefined) return this.refuse(socket, refusal);
      const connection = this.add(socket, network);
      if (isTls) connection.handshake = setTimeout(() => socket.destroy(), this.rules.handshakeMs());
      for (const listener of listeners) listener.call(server, socket);
    });
    boundPipelining(server, (socket: WatchedSocket) => {
      this.refuse(socket[CONNECTION]?.socket ?? socket, 'pipelining');
      // The socket of TLS only learns of it later.
      socket.destroy();
    });
    server.on('secureConnection', (socket: WatchedSocket) => {
      const connection = socket._parent?.[CONNECTION];
      clearTimeout(connection?.handshake);
      socket[CONNECTION] = connection;
    });
  }

  /** Ends every connection, whatever state it is in. */
  destroyAll(): void {
    for (const { socket } of this.open) socket.destroy();
  }

  noLongerStranger(connection: Connection): void {
    this.strangers.remove(connection);
  }

  private refusalOf(network: string | undefined, server: Server): ConnectionRefusal | undefined {
    if (network !== undefined && this.strangers.countOf(network) >= this.rules.maxStrangersPerAddress()) {
      return 'address_share';
    }
    if (this.open.length < this.rules.maxConnections()) return undefined;
    const { oldest } = this.strangers;
    if (oldest === undefined) {
      this.closeIdle(server);
      return 'max_connections';
    }
    // Strangers who hold connections cannot shut out newcomers, who show a key within milliseconds.
    this.remove(oldest);
    this.refuse(oldest.socket, 'displaced');
    return undefined;
  }

  private refuse(socket: Socket, reason: ConnectionRefusal): void {
    this.rules.refused(reason, socket.remoteAddress);
    // A reset, unlike an orderly end, leaves nothing of the connection in the kernel.
    socket.resetAndDestroy();
  }

  private add(socket: WatchedSocket, network: string | undefined): Connection {
    const connection: Connection = { socket, at: this.open.length, guard: this };
    this.open.push(connection);
    if (network !== undefined) this.strangers.add(connection, network);
    socket[CONNECTION] = connection;
    socket.once('close', () => this.remove(connection));
    return connection;
  }

  /** Does nothing the second time: a displaced connection goes before its socket has closed. */
  private remove(connection: Connection): void {
    clearTimeout(connection.handshake);
    if (this.open[connection.at] !== connection) return;
    this.strangers.remove(connection);
    const last = this.open.pop();
    if (last === undefined || last === connection) return;
    this.open[connection.at] = last;
    last.at = connection.at;
  }

  /** Closes connections that wait for their next request: a holder of a key must not be able to hold all of them. */
  private closeIdle(server: Server): void {
    const now = performance.now();
    if (now - this.closedIdleAt < CLOSE_IDLE_MS) return;
    this.closedIdleAt = now;
    server.closeIdleConnections();
  }
}
