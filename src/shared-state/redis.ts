import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { RedisConfig } from '../config/gateway-config.ts';
import { Redis, ReplyError } from '../libraries/ioredis.ts';

/** Milliseconds between two probes during an outage. */
const PROBE_INTERVAL_MS = 1_000;
/** Milliseconds between two log lines about command errors (read-only replica, out of memory, no permission). */
const ERROR_REPORT_INTERVAL_MS = 60_000;
const MAX_ERROR_LENGTH = 200;
/** Maximum number of bytes between two replies. No reply to a command of the gateway is that large. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/**
 * The one connection to Redis. The gateway never waits for an unavailable Redis: the first command that fails or exceeds
 * `timeoutMs` starts an outage. Until a probe in the background succeeds, all further commands fail at once. The log has one
 * line at the start and one at the end of an outage.
 */
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  readonly client: Redis;
  private readonly logger = new Logger('redis');
  private readonly timeoutMs: number;
  private unavailableSince: number | undefined;
  private probeTimer: NodeJS.Timeout | undefined;
  private nextErrorReport = 0;
  private closed = false;
  /** Bytes received since the last reply. */
  private unreadBytes = 0;

  constructor(url: string, config: Pick<RedisConfig, 'timeoutMs'>) {
    this.timeoutMs = config.timeoutMs;
    this.client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: config.timeoutMs,
      connectTimeout: Math.max(1_000, config.timeoutMs),
      retryStrategy: (attempt) => Math.min(attempt * 100, PROBE_INTERVAL_MS),
    });
    // ioredis reports every failed reconnect here. Without a listener, the error would end the process.
    this.client.on('error', (error: Error) => this.startOutage(error));
    this.client.on('close', () => this.startOutage(new Error('Connection closed')));
    this.client.on('ready', () => void this.checkServer());
    this.client.on('connect', () => this.watchBytes());
  }

  get isUnavailable(): boolean {
    return this.unavailableSince !== undefined;
  }

  /** Waits for the connection, at most as long as a command may take. The gateway starts without Redis, too. */
  async onModuleInit(): Promise<void> {
    const connecting = this.client.connect().catch((error: Error) => this.startOutage(error));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(1_000, this.timeoutMs));
    });
    await Promise.race([connecting, timeout]);
    clearTimeout(timer);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.probeTimer);
    if (this.client.status === 'ready') await this.client.quit().catch(() => undefined);
    this.client.disconnect();
  }

  /**
   * Runs a command. Returns undefined if Redis is unavailable, returns an error, or sends a reply that `isReply` does not
   * accept. Never throws, and never exceeds `timeoutMs`.
   */
  async attempt<T>(command: (client: Redis) => Promise<T>, isReply: (reply: T) => boolean): Promise<T | undefined> {
    if (this.unavailableSince !== undefined) return undefined;
    try {
      const reply = await command(this.client);
      this.unreadBytes = 0;
      if (isReply(reply)) return reply;
      this.reconnect(new Error('Unexpected reply: check that the server is Redis, in a supported version'));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (failure instanceof ReplyError) this.reportError(failure);
      else this.startOutage(failure);
    }
    return undefined;
  }

  /** Bounds the memory of a reply without an end. */
  private watchBytes(): void {
    this.unreadBytes = 0;
    this.client.stream.on('data', (chunk: Buffer) => {
      this.unreadBytes += chunk.length;
      if (this.unreadBytes > MAX_REPLY_BYTES) this.reconnect(new Error('A reply exceeds the maximum size'));
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
    // A refused connection to a name with several addresses has a code and no message.
    const reason = error.message || (error as NodeJS.ErrnoException).code;
    this.logger.error({ event: 'redis_unavailable', reason, msg: 'Redis is unavailable; redis.onUnavailable applies' });
    this.scheduleProbe();
  }

  private scheduleProbe(): void {
    clearTimeout(this.probeTimer);
    this.probeTimer = setTimeout(() => void this.probe(), PROBE_INTERVAL_MS).unref();
  }

  private async probe(): Promise<void> {
    if (this.closed || this.unavailableSince === undefined) return;
    if (!(await this.answersPing())) {
      this.scheduleProbe();
      return;
    }
    if (this.unavailableSince === undefined) return;
    const seconds = Math.round((Date.now() - this.unavailableSince) / 1000);
    this.unavailableSince = undefined;
    clearTimeout(this.probeTimer);
    this.logger.log({ event: 'redis_recovered', seconds, msg: 'Redis has recovered' });
  }

  /** Checks the server with PING, because a server that is not Redis may send text that looks like a reply. */
  private async checkServer(): Promise<void> {
    if (this.unavailableSince !== undefined) return this.probe();
    const reply: unknown = await this.client.ping().catch(() => undefined);
    if (reply !== undefined && reply !== 'PONG')
      this.reconnect(new Error('Unexpected reply to PING: check that the server is Redis'));
  }

  private async answersPing(): Promise<boolean> {
    const reply = await this.client.ping().catch(() => undefined);
    this.unreadBytes = 0;
    return reply === 'PONG';
  }

  /** Reports an error reply. The connection stays open, and the policy of the caller applies. */
  private reportError(error: Error): void {
    this.unreadBytes = 0;
    const now = Date.now();
    if (now < this.nextErrorReport) return;
    this.nextErrorReport = now + ERROR_REPORT_INTERVAL_MS;
    this.logger.error({ event: 'redis_error', reason: errorTextOf(error), msg: 'Redis rejects commands' });
  }
}

/** Returns the error without the arguments of an unknown command, which Redis repeats. */
function errorTextOf({ message }: Error): string {
  return message.replace(/ with args beginning with[\s\S]*$/, '').slice(0, MAX_ERROR_LENGTH);
}
