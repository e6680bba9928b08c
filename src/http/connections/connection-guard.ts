import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from './network.ts';

/** How often idle connections are closed to make room, at most. */
const MAKE_ROOM_MS = 1_000;

export type ConnectionRefusal = 'max_connections' | 'address_share';

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
interface Connection {
  readonly socket: Socket;
  at: number;
  /** The network whose share it counts against; undefined for proxies, and once a valid key was seen on it. */
  network?: string;
  readonly guard: ConnectionGuard;
  handshake?: NodeJS.Timeout;
}

const CONNECTION = Symbol('connection');
/** A socket of a watched server; of TLS both the one of TCP, and the one above it, which Node gives the former as `_parent`. */
type WatchedSocket = Socket & { [CONNECTION]?: Connection; _parent?: WatchedSocket };

/** A valid key has been seen on this connection: it no longer counts against the share of its address. */
export function keySeenOn(socket: Socket): void {
  const connection = (socket as WatchedSocket)[CONNECTION];
  if (connection?.network !== undefined) connection.guard.forgetNetworkOf(connection);
}

/**
 * Bounds the connections of one server, those in a TLS handshake included, and can end all of them. Node's server only
 * knows connections that have got as far as HTTP.
 */
export class ConnectionGuard {
  private readonly rules: ConnectionRules;
  /** An array in which the last one takes the place of the one that goes, for the reason given in `open-calls.ts`. */
  private readonly open: Connection[] = [];
  private readonly strangersByNetwork = new Map<string, number>();
  private strangers = 0;
  private madeRoomAt = -Infinity;

  constructor(rules: ConnectionRules) {
    this.rules = rules;
  }

  get size(): number {
    return this.open.length;
  }

  /** Those of them on which no valid key was seen, without the ones of trusted proxies. */
  get strangerCount(): number {
    return this.strangers;
  }

  /** Stands before the listeners that the server has: a refused connection never reaches HTTP or TLS. */
  watch(server: Server): void {
    const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    const isTls = 'setSecureContext' in server;
    server.on('connection', (socket: WatchedSocket) => {
      if (!this.admits(socket, server)) return;
      const connection = this.add(socket);
      if (isTls) connection.handshake = setTimeout(() => socket.destroy(), this.rules.handshakeMs());
      for (const listener of listeners) listener.call(server, socket);
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

  forgetNetworkOf(connection: Connection): void {
    const { network } = connection;
    if (network === undefined) return;
    connection.network = undefined;
    this.strangers -= 1;
    const left = (this.strangersByNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.strangersByNetwork.set(network, left);
    else this.strangersByNetwork.delete(network);
  }

  private admits(socket: Socket, server: Server): boolean {
    const reason = this.reasonAgainst(socket.remoteAddress);
    if (reason === undefined) return true;
    this.rules.refused(reason, socket.remoteAddress);
    // A reset, unlike an orderly end, leaves nothing of the connection in the kernel.
    socket.resetAndDestroy();
    if (reason === 'max_connections') this.makeRoom(server);
    return false;
  }

  private reasonAgainst(address: string | undefined): ConnectionRefusal | undefined {
    if (address !== undefined && !this.rules.isTrusted(address)) {
      const strangers = this.strangersByNetwork.get(networkOf(address)) ?? 0;
      if (strangers >= this.rules.maxStrangersPerAddress()) return 'address_share';
    }
    return this.open.length >= this.rules.maxConnections() ? 'max_connections' : undefined;
  }

  private add(socket: WatchedSocket): Connection {
    const { remoteAddress } = socket;
    const isStranger = remoteAddress !== undefined && !this.rules.isTrusted(remoteAddress);
    const network = isStranger ? networkOf(remoteAddress) : undefined;
    const connection: Connection = { socket, at: this.open.length, network, guard: this };
    this.open.push(connection);
    if (network !== undefined) {
      this.strangers += 1;
      this.strangersByNetwork.set(network, (this.strangersByNetwork.get(network) ?? 0) + 1);
    }
    socket[CONNECTION] = connection;
    socket.once('close', () => this.remove(connection));
    return connection;
  }

  private remove(connection: Connection): void {
    clearTimeout(connection.handshake);
    this.forgetNetworkOf(connection);
    const last = this.open.pop();
    if (last === undefined || last === connection) return;
    this.open[connection.at] = last;
    last.at = connection.at;
  }

  /** Closes connections that wait for their next request: a holder of a key must not be able to hold all of them. */
  private makeRoom(server: Server): void {
    const now = performance.now();
    if (now - this.madeRoomAt < MAKE_ROOM_MS) return;
    this.madeRoomAt = now;
    server.closeIdleConnections();
  }
}
