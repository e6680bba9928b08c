import type { Dispatcher } from 'undici';
import { IdleStack, type IdleItem } from './idle-stack.ts';
import type { ConnectionObserver, OpenConnection, PooledConnection } from './pooled-connection.ts';
import { WaitingRequests } from './waiting-requests.ts';

/** Settings of the connections to one origin. */
export interface OriginOptions {
  /** Maximum number of connections. At the limit, requests wait. */
  maxConnections: number;
  open: OpenConnection;
  /** Called when the origin has neither connections nor waiting requests. */
  onUnused(): void;
}

/**
 * The connections to one origin. A request takes the idle connection that was used last, so that surplus connections reach
 * their idle timeout. The cost of a request does not depend on the number of connections: undici's Pool reads each of its
 * clients.
 */
export class OriginConnections {
  private readonly members = new Set<PoolMember>();
  private readonly idle = new IdleStack<PoolMember>();
  private readonly waiting = new WaitingRequests();
  private readonly options: OriginOptions;
  private destroyed = false;

  constructor(options: OriginOptions) {
    this.options = options;
  }

  /** Sends a request over an idle or new connection, or when a connection becomes free. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const member = this.take();
    if (!member) return this.waiting.push(options, handler);
    if (member.connection.dispatch(options, handler)) this.release(member);
  }

  /** Closes all connections. Requests on them and waiting requests fail with the reason. */
  async destroy(reason: Error): Promise<void> {
    this.destroyed = true;
    for (let request = this.waiting.shift(); request; request = this.waiting.shift()) request.fail(reason);
    const closing: Promise<void>[] = [];
    for (const { connection } of this.members) closing.push(connection.destroy(reason));
    await Promise.all(closing);
  }

  /** Gives a connection to the next waiting request, or keeps it for later ones. */
  release(member: PoolMember): void {
    if (member.state !== 'busy') return;
    for (let request = this.waiting.shift(); request; request = this.waiting.shift()) {
      if (!request.sendOver(member.connection)) return;
    }
    member.state = 'idle';
    this.idle.push(member);
  }

  /** Forgets a closed connection. A waiting request gets a new one. */
  remove(member: PoolMember): void {
    if (member.state === 'idle') this.idle.remove(member);
    member.state = 'closed';
    this.members.delete(member);
    void member.connection.destroy();
    if (this.destroyed) return;
    if (!this.waiting.isEmpty) {
      const next = this.take();
      if (next) this.release(next);
    } else if (this.members.size === 0) this.options.onUnused();
  }

  /** Returns a connection for one request, marked as busy. Undefined at the limit. */
  private take(): PoolMember | undefined {
    const idle = this.idle.pop();
    if (idle) {
      idle.state = 'busy';
      return idle;
    }
    if (this.members.size >= this.options.maxConnections) return undefined;
    const member = new PoolMember(this, this.options.open);
    this.members.add(member);
    return member;
  }
}

/** A connection with its place in the pool. */
class PoolMember implements ConnectionObserver, IdleItem<PoolMember> {
  above?: PoolMember;
  below?: PoolMember;
  state: 'busy' | 'idle' | 'closed' = 'busy';
  readonly connection: PooledConnection;
  private readonly pool: OriginConnections;

  constructor(pool: OriginConnections, open: OpenConnection) {
    this.pool = pool;
    this.connection = open(this);
  }

  onFree(): void {
    this.pool.release(this);
  }

  onClosed(): void {
    if (this.state !== 'closed') this.pool.remove(this);
  }
}
