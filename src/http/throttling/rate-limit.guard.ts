import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Response } from 'express';
import { formatDuration } from '../../request/format-duration.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { ApiKeyService } from '../../governance/api-key.service.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { errorDialectOf } from '../errors/error-body.ts';
import { rateLimitExceeded } from '../../governance/rate-limit-errors.ts';
import { MINUTE_MS } from '../../shared-state/throttling/sliding-window.ts';

type CountRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Requests per minute and API key, over all routes together. Runs after the `ApiKeyGuard`. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly keys: ApiKeyService,
    private readonly metrics: MetricsService,
  ) {
    super(options, storage, reflector);
  }

  /**
   * In place of the library's, which looks for decorators of the route on every request (10 us): there is one limit, told
   * by the caller's key, counted over all routes, with OpenAI's headers and our error.
   */
  override async canActivate(execution: ExecutionContext): Promise<boolean> {
    const http = execution.switchToHttp();
    const { caller } = http.getRequest<GatewayRequest>().context;
    const limit = caller === undefined ? 0 : this.keys.requestsPerMinute(caller);
    if (caller === undefined || limit === 0) return true;
    const record = await this.storageService.increment(caller.id, MINUTE_MS, limit, 0, 'default');
    setLimitHeaders(http.getResponse<Response>(), limit, record);
    const { path, headers } = http.getRequest<GatewayRequest>();
    if (errorDialectOf(path, headers) === 'anthropic') setAnthropicHeaders(http.getResponse<Response>(), limit, record);
    if (!record.isBlocked) return true;
    this.metrics.requestRejected('key', 'requests_per_minute');
    throw rateLimitExceeded({ keyName: caller.name, limit, calls: 1 }, record.timeToBlockExpire);
  }
}

function setLimitHeaders(response: Response, limit: number, record: CountRecord): void {
  if (response.headersSent) return;
  response.setHeader('x-ratelimit-limit-requests', String(limit));
  response.setHeader('x-ratelimit-remaining-requests', String(Math.max(0, limit - record.totalHits)));
  response.setHeader('x-ratelimit-reset-requests', formatDuration(record.timeToExpire));
}

/** The same in Anthropic's names; its moments are in RFC 3339. */
function setAnthropicHeaders(response: Response, limit: number, record: CountRecord): void {
  if (response.headersSent) return;
  const reset = new Date(Date.now() + Math.max(0, record.timeToExpire) * 1000);
  response.setHeader('anthropic-ratelimit-requests-limit', String(limit));
  response.setHeader('anthropic-ratelimit-requests-remaining', String(Math.max(0, limit - record.totalHits)));
  response.setHeader('anthropic-ratelimit-requests-reset', `${reset.toISOString().slice(0, 19)}Z`);
}
