import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { RedisConfig } from '../config/gateway-config.ts';
import { Redis, ReplyError } from '../libraries/ioredis.ts';

/** Milliseconds between two looks at a Redis that is away. */
const PROBE_INTERVAL_MS = 1_000;
/** Milliseconds between two reports of refused commands (read-only replica, out of memory, no permission). */
const REFUSAL_REPORT_MS = 60_000;
const LONGEST_REFUSAL = 200;
/** Bytes between two replies; no reply to a command of the gateway is as long. */
const MOST_REPLY_BYTES = 64 * 1024 * 1024;

/**
 * The one connection to Redis. Nothing here waits for a Redis that is away: the first command to
 * fail or to exceed `timeoutMs` opens an outage, and until a probe in the background is answered
 * every further command is not even tried. One log line per outage, one on recovery.
 */
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  readonly client: Redis;
  private readonly logger = new Logger('redis');
  private readonly timeoutMs: number;
  private awaySince: number | undefined;
  private probeTimer: NodeJS.Timeout | undefined;
  private nextRefusalReport = 0;
  private closed = false;
  /** Bytes that have come since the last reply. */
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
    // Every failed reconnect is reported here; without a listener it would end the process.
    this.client.on('error', (error: Error) => this.away(error));
    this.client.on('close', () => this.away(new Error('Connection closed')));
    this.client.on('ready', () => void this.greet());
    this.client.on('connect', () => this.watchBytes());
  }

  get isAway(): boolean {
    return this.awaySince !== undefined;
  }

  /** Waits for the connection no longer than a command may take: a gateway starts without Redis too. */
  async onModuleInit(): Promise<void> {
    const connecting = this.client.connect().catch((error: Error) => this.away(error));
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(1_000, this.timeoutMs));
    });
    await Promise.race([connecting, patience]);
    clearTimeout(timer);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.probeTimer);
    if (this.client.status === 'ready') await this.client.quit().catch(() => undefined);
    this.client.disconnect();
  }

  /**
   * Runs a command. Returns undefined when Redis is away, refuses the command, or answers what `isReply` does not
   * accept. Never throws, never exceeds `timeoutMs`.
   */
  async attempt<T>(command: (client: Redis) => Promise<T>, isReply: (reply: T) => boolean): Promise<T | undefined> {
    if (this.awaySince !== undefined) return undefined;
    try {
      const reply = await command(this.client);
      this.unreadBytes = 0;
      if (isReply(reply)) return reply;
      this.distrust(new Error('Unexpected reply: the server is not Redis, or not of a supported version'));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (failure instanceof ReplyError) this.refused(failure);
      else this.away(failure);
    }
    return undefined;
  }

  /** Bounds the memory that a reply without an end takes. */
  private watchBytes(): void {
    this.unreadBytes = 0;
    this.client.stream.on('data', (chunk: Buffer) => {
      this.unreadBytes += chunk.length;
      if (this.unreadBytes > MOST_REPLY_BYTES) this.distrust(new Error('A reply is too large'));
    });
  }

  /** Replies and commands may no longer belong together: a new connection begins in order. */
  private distrust(error: Error): void {
    this.away(error);
    this.unreadBytes = 0;
    this.client.disconnect(true);
  }

  private away(error: Error): void {
    if (this.closed || this.awaySince !== undefined) return;
    this.awaySince = Date.now();
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
    if (this.closed || this.awaySince === undefined) return;
    if (!(await this.answersPing())) {
      this.scheduleProbe();
      return;
    }
    if (this.awaySince === undefined) return;
    const seconds = Math.round((Date.now() - this.awaySince) / 1000);
    this.awaySince = undefined;
    clearTimeout(this.probeTimer);
    this.logger.log({ event: 'redis_recovered', seconds, msg: 'Redis is available again' });
  }

  /** A server that is not Redis may answer commands with something that looks like a reply. */
  private async greet(): Promise<void> {
    if (this.awaySince !== undefined) return this.probe();
    const reply: unknown = await this.client.ping().catch(() => undefined);
    if (reply !== undefined && reply !== 'PONG')
      this.distrust(new Error('PING is not answered: the server is not Redis'));
  }

  private async answersPing(): Promise<boolean> {
    const reply = await this.client.ping().catch(() => undefined);
    this.unreadBytes = 0;
    return reply === 'PONG';
  }

  /** Redis answers, but not as asked; it stays connected and the caller's policy applies. */
  private refused(error: Error): void {
    this.unreadBytes = 0;
    const now = Date.now();
    if (now < this.nextRefusalReport) return;
    this.nextRefusalReport = now + REFUSAL_REPORT_MS;
    this.logger.error({ event: 'redis_error', reason: refusalOf(error), msg: 'Redis rejects commands' });
  }
}

/** Redis repeats the arguments of a command that it does not know; its error codes are words in capitals. */
function refusalOf({ message }: Error): string {
  return message.replace(/ with args beginning with[\s\S]*$/, '').slice(0, LONGEST_REFUSAL);
}
