import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Redis, ReplyError } from 'ioredis';
import type { RedisConfig } from '../config/gateway-config.ts';

/** Milliseconds between two looks at a Redis that is away. */
const PROBE_INTERVAL_MS = 1_000;
/** Milliseconds between two reports of refused commands (read-only replica, out of memory, no permission). */
const REFUSAL_REPORT_MS = 60_000;
const LONGEST_REFUSAL = 200;

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
    this.client.on('ready', () => void this.probe());
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

  /** Runs a command; undefined when Redis is away or refuses it. Never throws, never exceeds `timeoutMs`. */
  async attempt<T>(command: (client: Redis) => Promise<T>): Promise<T | undefined> {
    if (this.awaySince !== undefined) return undefined;
    try {
      return await command(this.client);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (failure instanceof ReplyError) this.refused(failure);
      else this.away(failure);
      return undefined;
    }
  }

  private away(error: Error): void {
    if (this.closed || this.awaySince !== undefined) return;
    this.awaySince = Date.now();
    // A refused connection to a name with several addresses has a code and no message.
    const reason = error.message || (error as NodeJS.ErrnoException).code;
    this.logger.error({ event: 'redis_away', reason, msg: 'Redis is away; redis.whenAway applies' });
    this.scheduleProbe();
  }

  private scheduleProbe(): void {
    clearTimeout(this.probeTimer);
    this.probeTimer = setTimeout(() => void this.probe(), PROBE_INTERVAL_MS).unref();
  }

  private async probe(): Promise<void> {
    if (this.closed || this.awaySince === undefined) return;
    try {
      await this.client.ping();
    } catch {
      this.scheduleProbe();
      return;
    }
    if (this.awaySince === undefined) return;
    const seconds = Math.round((Date.now() - this.awaySince) / 1000);
    this.awaySince = undefined;
    clearTimeout(this.probeTimer);
    this.logger.log({ event: 'redis_back', seconds, msg: 'Redis is back' });
  }

  /** Redis answers, but not as asked; it stays connected and the caller's policy applies. */
  private refused(error: Error): void {
    const now = Date.now();
    if (now < this.nextRefusalReport) return;
    this.nextRefusalReport = now + REFUSAL_REPORT_MS;
    this.logger.error({ event: 'redis_refuses', reason: refusalOf(error), msg: 'Redis refuses commands' });
  }
}

/** Redis repeats the arguments of a command that it does not know; its error codes are words in capitals. */
function refusalOf({ message }: Error): string {
  return message.replace(/ with args beginning with[\s\S]*$/, '').slice(0, LONGEST_REFUSAL);
}
