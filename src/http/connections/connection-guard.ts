import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './network.ts';
import { boundPipelining } from './pipelining.ts';
import { type UnauthenticatedConnection, UnauthenticatedConnections } from './unauthenticated-connections.ts';

/** Minimum milliseconds between two closings of idle connections. */
const CLOSE_IDLE_INTERVAL_MS = 1_000;

/** `displaced`: a new connection replaced one without a valid key; `pipelining`: see `pipelining.ts`. */
export const CONNECTION_REFUSALS = ['max_connections', 'address_share', 'displaced', 'pipelining'] as const;
export type ConnectionRefusal = (typeof CONNECTION_REFUSALS)[number];

/** Limits of a server's connections. The functions are called for each connection, because settings may change. */
export interface ConnectionRules {
  /** Returns the maximum milliseconds from the TCP connection to the end of the TLS handshake. */
  handshakeMs(): number;
  maxConnections(): number;
  /** Returns the maximum connections of one network without a valid key. */
  maxUnauthenticatedPerAddress(): number;
  /** Returns true for proxies, which carry the connections of many clients. */
  isTrusted(address: string): boolean;
  refused(reason: ConnectionRefusal, address: string | undefined): void;
}

/** One open connection. */
interface Connection extends UnauthenticatedConnection {
  readonly socket: Socket;
  at: number;
  readonly guard: ConnectionGuard;
  handshake?: NodeJS.Timeout;
}

const CONNECTION = Symbol('connection');
/**
 * A socket of a watched server. With TLS, there are two sockets: that of TCP, and the TLS socket, whose `_parent` is the TCP
 * socket.
 */
type WatchedSocket = Socket & { [CONNECTION]?: Connection; _parent?: WatchedSocket };

/** Records that a valid key was seen on this connection, so that it no longer counts for its address. */
export function markSocketAuthenticated(socket: Socket): void {
  const connection = (socket as WatchedSocket)[CONNECTION];
  if (connection?.network !== undefined) connection.guard.markAuthenticated(connection);
}

/**
 * Limits the connections of one server, including those in a TLS handshake, and can close all of them. Node's server only
 * knows connections that have reached HTTP.
 */
export class ConnectionGuard {
  private readonly rules: ConnectionRules;
  /**
   * Open connections. An array instead of a Set, for the reason in `active-requests.ts`. The last entry replaces a
   * removed one.
   */
  private readonly open: Connection[] = [];
  private readonly unauthenticated = new UnauthenticatedConnections<Connection>();
  private closedIdleAt = -Infinity;

  constructor(rules: ConnectionRules) {
    this.rules = rules;
  }

  get size(): number {
    return this.open.length;
  }

  /** Number of connections without a valid key, except those of trusted proxies. */
  get unauthenticatedCount(): number {
    return this.unauthenticated.size;
  }

  /** Registers before the listeners of the server, so that a rejected connection never reaches HTTP or TLS. */
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
      // The TLS socket would notice the reset only later.
      socket.destroy();
    });
    server.on('secureConnection', (socket: WatchedSocket) => {
      const connection = socket._parent?.[CONNECTION];
      clearTimeout(connection?.handshake);
      socket[CONNECTION] = connection;
    });
  }

  /** Closes every connection, whatever its state. */
  destroyAll(): void {
    for (const { socket } of this.open) socket.destroy();
  }

  markAuthenticated(connection: Connection): void {
    this.unauthenticated.remove(connection);
  }

  private refusalOf(network: string | undefined, server: Server): ConnectionRefusal | undefined {
    if (network !== undefined && this.unauthenticated.countOf(network) >= this.rules.maxUnauthenticatedPerAddress()) {
      return 'address_share';
    }
    if (this.open.length < this.rules.maxConnections()) return undefined;
    const { oldest } = this.unauthenticated;
    if (oldest === undefined) {
      this.closeIdle(server);
      return 'max_connections';
    }
    // Clients without a key cannot block new connections, because a client with a key sends it within milliseconds.
    this.remove(oldest);
    this.refuse(oldest.socket, 'displaced');
    return undefined;
  }

  private refuse(socket: Socket, reason: ConnectionRefusal): void {
    this.rules.refused(reason, socket.remoteAddress);
    // Unlike an orderly close, a reset leaves no state of the connection in the kernel.
    socket.resetAndDestroy();
  }

  private add(socket: WatchedSocket, network: string | undefined): Connection {
    const connection: Connection = { socket, at: this.open.length, guard: this };
    this.open.push(connection);
    if (network !== undefined) this.unauthenticated.add(connection, network);
    socket[CONNECTION] = connection;
    socket.once('close', () => this.remove(connection));
    return connection;
  }

  /** Removes a connection. A second call has no effect: a displaced connection is removed before its socket has closed. */
  private remove(connection: Connection): void {
    clearTimeout(connection.handshake);
    if (this.open[connection.at] !== connection) return;
    this.unauthenticated.remove(connection);
    const last = this.open.pop();
    if (last === undefined || last === connection) return;
    this.open[connection.at] = last;
    last.at = connection.at;
  }

  /** Closes connections that wait for their next request, so that the holder of a key cannot occupy all connections. */
  private closeIdle(server: Server): void {
    const now = performance.now();
    if (now - this.closedIdleAt < CLOSE_IDLE_INTERVAL_MS) return;
    this.closedIdleAt = now;
    server.closeIdleConnections();
  }
}
