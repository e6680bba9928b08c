import { setTimeout as sleep } from 'node:timers/promises';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { defer, from, lastValueFrom, type Observable, retry } from 'rxjs';
import type { Call } from '../../request/call.ts';
import { Derived } from '../../config/derived.ts';
import { type AuthConfig, GatewayConfig, type RetryConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { waitLimitMs } from '../../request/open-attempts.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import type { GatewayRequest } from '../context/http-call.ts';
import { RetryShares } from '../../retry/retry-shares.ts';

/**
 * Repeats a request that Bedrock refused for the moment. Only before the first byte: a stream that has
 * begun has already been returned, so its failures are out of reach by construction.
 */
@Injectable()
export class RetryInterceptor implements NestInterceptor {
  /** Made anew when a key comes or goes, too: the share of each depends on how many there are. */
  private readonly budget: Derived<AuthConfig['keys'], Derived<number, RetryShares>>;

  constructor(
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
  ) {
    this.budget = new Derived(
      () => config.auth.keys,
      ({ length: keys }) =>
        new Derived(
          () => config.retry.budgetPerSecond,
          (retriesPerSecond) => new RetryShares({ retriesPerSecond, keys }),
        ),
    );
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { call } = context.switchToHttp().getRequest<GatewayRequest>();
    return this.repeated(call, next.handle());
  }

  /** The same for work that no request waits for. */
  repeat<T>(call: Call, work: () => Promise<T>): Promise<T> {
    return lastValueFrom(this.repeated(call, defer(work)));
  }

  private repeated<T>(call: Call, work: Observable<T>): Observable<T> {
    this.budget.current.current.earn(call.caller?.id ?? '');
    return work.pipe(retry({ delay: (error, attempt) => from(this.wait(error, attempt, call)) }));
  }

  /** Resolves when the time for the next attempt has come; rejects with what the client gets. */
  private async wait(error: unknown, attempt: number, call: Call): Promise<void> {
    if (!(error instanceof GatewayError) || !error.retryable) throw error;
    const settings = this.config.retry;
    const delayMs = error.retryAfter === undefined ? backoff(attempt, settings) : error.retryAfter * 1000;
    const spent = performance.now() - call.startedAt;
    const isLate = attempt > settings.maxRetries || spent + delayMs > waitLimitMs(call.attempts, this.config);
    if (isLate || !this.budget.current.current.spend(call.caller?.id ?? '')) {
      throw withRetryAfter(error, delayMs);
    }
    call.facts.retries = attempt;
    this.metrics.retried(error.code);
    call.trace?.event('outcrop.retry', {
      'outcrop.retry.attempt': attempt,
      'outcrop.retry.delay': delayMs / 1000,
      'error.type': error.code ?? error.type,
    });
    await sleep(delayMs, undefined, { signal: call.signal.abortSignal });
  }
}

/** Milliseconds before retry number `attempt` (from 1): the base doubled each time, with jitter on top. */
export function backoff(attempt: number, config: RetryConfig, random: () => number = Math.random): number {
  const jitter = random() * config.baseDelayMs;
  return Math.min(config.maxDelayMs, config.baseDelayMs * 2 ** (attempt - 1) + jitter);
}

/** Tells the client when to come again; clients ignore more than a minute. */
function withRetryAfter(error: GatewayError, delayMs: number): GatewayError {
  if (error.retryAfter !== undefined || (error.status !== 429 && error.status !== 503)) return error;
  const retryAfter = Math.min(60, Math.max(1, Math.ceil(delayMs / 1000)));
  return error.with({ retryAfter });
}
