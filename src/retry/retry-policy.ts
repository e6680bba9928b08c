import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../config/derived.ts';
import { GatewayConfig, type RetryConfig } from '../config/gateway-config.ts';
import { keyCount } from '../config/keys-file/with-file-keys.ts';
import { GatewayError } from '../errors/errors.ts';
import type { RequestContext } from '../request/request-context.ts';
import { waitLimitMs } from '../request/open-attempts.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { RetryShares } from './retry-shares.ts';

/**
 * Decides whether and when the gateway repeats a failed request, from the settings in `retry`, the retry budget of the
 * process and the share of each API key.
 */
@Injectable()
export class RetryPolicy {
  /** Rebuilt when the number of API keys changes, because each key has a share of the budget. */
  private readonly budget: DerivedFromConfig<number, DerivedFromConfig<number, RetryShares>>;

  constructor(
    private readonly config: GatewayConfig,
    private readonly metrics: MetricsService,
  ) {
    this.budget = new DerivedFromConfig(
      () => keyCount(config.auth),
      (keys) =>
        new DerivedFromConfig(
          () => config.retry.budgetPerSecond,
          (retriesPerSecond) => new RetryShares({ retriesPerSecond, keys }),
        ),
    );
  }

  /** Runs `work` until it succeeds. Rejects with the failure that the client receives. */
  async repeat<Result>(context: RequestContext, work: () => Promise<Result>): Promise<Result> {
    this.budget.current.current.addRequest(context.caller?.id ?? '');
    for (let retry = 1; ; retry++) {
      try {
        return await work();
      } catch (failure) {
        await this.wait(failure, retry, context);
      }
    }
  }

  /**
   * Resolves when the time for retry number `retry` (from 1) has come. Throws `failure` if the request may not be repeated.
   */
  private async wait(failure: unknown, retry: number, context: RequestContext): Promise<void> {
    if (!(failure instanceof GatewayError) || !failure.retryable) throw failure;
    const settings = this.config.retry;
    const delayMs = failure.retryAfter === undefined ? backoff(retry, settings) : failure.retryAfter * 1000;
    const spentMs = performance.now() - context.startedAt;
    const isLate = retry > settings.maxRetries || spentMs + delayMs > waitLimitMs(context.attempts, this.config);
    if (isLate || !this.budget.current.current.tryTakeRetry(context.caller?.id ?? ''))
      throw withRetryAfter(failure, delayMs);
    context.report.retries = retry;
    (context.report.retriedAfter ??= []).push(`${failure.code ?? failure.type}=${Math.round(delayMs)}`);
    this.metrics.requestRetried(failure.code);
    context.trace?.event('outcrop.retry', {
      'outcrop.retry.attempt': retry,
      'outcrop.retry.delay': delayMs / 1000,
      'error.type': failure.code ?? failure.type,
    });
    await sleep(delayMs, undefined, { signal: context.signal.abortSignal });
  }
}

/** Returns the milliseconds before retry number `retry` (from 1): the base doubled each time, plus jitter. */
export function backoff(retry: number, config: RetryConfig, random: () => number = Math.random): number {
  const jitter = random() * config.baseDelayMs;
  return Math.min(config.maxDelayMs, config.baseDelayMs * 2 ** (retry - 1) + jitter);
}

/** Adds `retryAfter` (seconds) to a 429 or 503 that has none. The maximum is 60, because clients ignore larger values. */
function withRetryAfter(error: GatewayError, delayMs: number): GatewayError {
  if (error.retryAfter !== undefined || (error.status !== 429 && error.status !== 503)) return error;
  const retryAfter = Math.min(60, Math.max(1, Math.ceil(delayMs / 1000)));
  return error.with({ retryAfter });
}
