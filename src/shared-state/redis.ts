import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { RedisConfig } from '../config/gateway-config.ts';
import { type Redis, ReplyError } from '../libraries/ioredis.ts';
import type { IamAuthentication } from './connection/iam-authentication.ts';
import {
  authenticateAgain,
  createRedisClient,
  findClusterError,
  isCluster,
  type RedisClient,
  useTokens,
} from './connection/redis-client.ts';
import { errorTextOf, failureReasonOf, isReadOnly } from './connection/redis-errors.ts';
import type { RedisMetrics, RedisUse } from './connection/redis-metrics.ts';
import { isCount } from './redis-replies.ts';

/** Milliseconds between two probes during an outage. */
const PROBE_INTERVAL_MS = 1_000;
/** Milliseconds between two log lines about command errors (out of memory, no permission). */
const ERROR_REPORT_INTERVAL_MS = 60_000;
/** Maximum number of bytes between two replies. No reply to a command of the gateway is that large. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** What a connection needs in addition to its settings. */
export interface RedisParts {
  metrics?: RedisMetrics;
  /** Tokens instead of a password. */
  iam?: { user: string; authentication: IamAuthentication };
}

/**
 * The one client of Redis, with a connection to a server or to each node of a cluster. The gateway never waits for an
 * unavailable Redis: the first command that fails or exceeds `timeoutMs` starts an outage. Until a probe in the background
 * succeeds, all further commands fail at once. The log has one line at the start and one at the end of an outage.
 */
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  readonly client: RedisClient;
  private readonly logger = new Logger('redis');
  private readonly timeoutMs: number;
  private readonly keyPrefix: string;
  private unavailableSince: number | undefined;
  private probeTimer: NodeJS.Timeout | undefined;
  private nextErrorReport = 0;
  private closed = false;
  /** Bytes received since the last reply. */
  private unreadBytes = 0;
  /** Key of the last failed command. Probes use the node of a cluster that has it. */
  private failedKey = '';
  /** Error of the last node of a cluster that failed. The error of the cluster does not contain it. */
  private nodeError = '';

  constructor(
    config: RedisConfig,
    private readonly parts: RedisParts = {},
  ) {
    this.timeoutMs = config.timeoutMs;
    this.keyPrefix = config.keyPrefix;
    this.client = createRedisClient(config);
    const { iam } = parts;
    if (iam !== undefined) useTokens(this.client, iam.user, () => iam.authentication.currentToken);
    // ioredis reports every failed reconnect here. Without a listener, the error would end the process.
    this.client.on('error', (error: Error) => this.startOutage(error));
    this.client.on('close', () => this.startOutage(new Error('Connection closed')));
    this.client.on('ready', () => void this.checkServer());
    if (isCluster(this.client)) {
      this.client.on('node error', ({ message }: Error) => (this.nodeError = message));
      this.client.on('+node', (node: Redis) => this.watchServer(node));
      this.client.on('error', () => void this.explainError(config));
    } else this.watchServer(this.client);
  }

  get isUnavailable(): boolean {
    return this.unavailableSince !== undefined;
  }

  /** True if keys are on several nodes. A command must then have one key, or keys with the same hash tag. */
  get isCluster(): boolean {
    return isCluster(this.client);
  }

  /** Waits for the connection, at most as long as a command may take. The gateway starts without Redis, too. */
  async onModuleInit(): Promise<void> {
    const connecting = this.connect().catch((error: Error) => this.startOutage(error));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(1_000, this.timeoutMs));
    });
    await Promise.race([connecting, timeout]);
    clearTimeout(timer);
    if (this.unavailableSince === undefined) this.parts.metrics?.became('available');
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.probeTimer);
    this.parts.iam?.authentication.stop();
    if (this.client.status === 'ready') await this.client.quit().catch(() => undefined);
    this.client.disconnect();
  }

  /**
   * Runs a command on `key`. Returns undefined if Redis is unavailable, returns an error, or sends a reply that `isReply`
   * does not accept. Never throws, and never exceeds `timeoutMs`.
   */
  async attempt<T>(
    use: RedisUse,
    key: string,
    command: (client: RedisClient) => Promise<T>,
    isReply: (reply: T) => boolean,
  ): Promise<T | undefined> {
    const { metrics } = this.parts;
    if (this.unavailableSince !== undefined) {
      metrics?.failed('skipped');
      return undefined;
    }
    const begun = performance.now();
    try {
      const reply = await command(this.client);
      this.unreadBytes = 0;
      if (isReply(reply)) {
        metrics?.replied(use, (performance.now() - begun) / 1_000);
        return reply;
      }
      metrics?.failed('unexpected_reply');
      this.failedKey = key;
      this.reconnect(new Error('Unexpected reply: check that the server is Redis, in a supported version'));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      metrics?.failed(failureReasonOf(failure));
      this.failedKey = key;
      if (isReadOnly(failure)) this.reconnect(new Error('The server is a replica: a failover has replaced it'));
      else if (failure instanceof ReplyError) this.reportError(failure);
      else this.startOutage(failure);
    }
    return undefined;
  }

  private async connect(): Promise<void> {
    const { iam } = this.parts;
    await iam?.authentication.start((user, token) => authenticateAgain(this.client, user, token));
    if (!this.closed) await this.client.connect();
  }

  /** Counts the connections to a server, and bounds the memory of a reply without an end. */
  private watchServer(server: Redis): void {
    server.on('connect', () => {
      this.unreadBytes = 0;
      server.stream.on('data', (chunk: Buffer) => {
        this.unreadBytes += chunk.length;
        if (this.unreadBytes > MAX_REPLY_BYTES) this.reconnect(new Error('A reply exceeds the maximum size'));
      });
    });
    server.on('ready', () => this.parts.metrics?.connection('opened'));
    server.on('close', () => {
      if (!this.closed) this.parts.metrics?.connection('lost');
    });
  }

  /** Starts an outage and opens a new connection, because replies may no longer match their commands. */
  private reconnect(error: Error): void {
    this.startOutage(error);
    this.unreadBytes = 0;
    this.client.disconnect(true);
  }

  private startOutage(error: Error): void {
    if (this.closed || this.unavailableSince !== undefined) return;
    this.unavailableSince = Date.now();
    this.parts.metrics?.became('unavailable');
    // A refused connection to a name with several addresses has a code and no message.
    const { code, lastNodeError } = error as NodeJS.ErrnoException & { lastNodeError?: Error };
    const reason = [error.message || code, lastNodeError?.message, this.nodeError].filter(Boolean).join(' ');
    this.nodeError = '';
    this.logger.error({ event: 'redis_unavailable', reason, msg: 'Redis is unavailable; redis.onUnavailable applies' });
    this.scheduleProbe();
  }

  private scheduleProbe(): void {
    clearTimeout(this.probeTimer);
    this.probeTimer = setTimeout(() => void this.probe(), PROBE_INTERVAL_MS).unref();
  }

  private async probe(): Promise<void> {
    if (this.closed || this.unavailableSince === undefined) return;
    if (!(await this.isUsable())) {
      // A server that hangs, or that another one has replaced, keeps its connection open.
      if (this.client.status === 'ready' && !this.closed) this.client.disconnect(true);
      this.scheduleProbe();
      return;
    }
    if (this.unavailableSince === undefined) return;
    const seconds = Math.round((Date.now() - this.unavailableSince) / 1000);
    this.unavailableSince = undefined;
    clearTimeout(this.probeTimer);
    this.parts.metrics?.became('available');
    this.logger.log({ event: 'redis_recovered', seconds, msg: 'Redis has recovered' });
  }

  /** Checks the server with PING, because a server that is not Redis may send text that looks like a reply. */
  private async checkServer(): Promise<void> {
    if (this.unavailableSince !== undefined) return this.probe();
    const reply: unknown = await this.client.ping().catch(() => undefined);
    if (reply !== undefined && reply !== 'PONG')
      this.reconnect(new Error('Unexpected reply to PING: check that the server is Redis'));
  }

  /** Returns true if the server answers PING, and the server of the failed key accepts a write. */
  private async isUsable(): Promise<boolean> {
    try {
      const reply = await this.client.ping();
      this.unreadBytes = 0;
      if (reply !== 'PONG') return false;
      const tag = /\{([^}]+)\}/.exec(this.failedKey)?.[1] ?? this.failedKey;
      return isCount(await this.client.del(`${this.keyPrefix}probe:{${tag}}`));
    } catch (error) {
      // Other error replies concern single commands; the log reports them.
      return error instanceof Error && error instanceof ReplyError && !/^(READONLY|CLUSTERDOWN)/.test(error.message);
    }
  }

  /** Reports why the nodes of a cluster refuse connections. The client reports only that all of them do. */
  private async explainError(config: RedisConfig): Promise<void> {
    if (this.closed || config.iam !== undefined || Date.now() < this.nextErrorReport) return;
    const error = await findClusterError(config);
    if (error !== undefined) this.reportError(error);
  }

  /** Reports an error reply. The connection stays open, and the policy of the caller applies. */
  private reportError(error: Error): void {
    this.unreadBytes = 0;
    const now = Date.now();
    if (now < this.nextErrorReport) return;
    this.nextErrorReport = now + ERROR_REPORT_INTERVAL_MS;
    this.logger.error({
      event: 'redis_error',
      reason: errorTextOf(error),
      msg: 'Redis rejects commands or connections',
    });
  }
}
