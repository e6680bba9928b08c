import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { Response } from 'express';
import { formatDuration } from '../../request/format-duration.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';
import { errorDialectOf } from '../errors/error-body.ts';
import { rateLimitExceeded } from '../../governance/rate-limit-errors.ts';
import { callerOf } from './rate-limit-options.ts';

type CountRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Limits the requests per minute of each API key, over all routes together. Runs after the ApiKeyGuard. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly metrics: MetricsService,
  ) {
    super(options, storage, reflector);
  }

  /**
   * Overrides the method of the library to set the headers of the client's API, because the library passes the count to
   * no other method.
   */
  protected override async handleRequest(rule: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, blockDuration } = rule;
    const http = context.switchToHttp();
    const request = http.getRequest<GatewayRequest>();
    const response = http.getResponse<Response>();
    const tracker = await rule.getTracker(request, context);
    const name = rule.throttler.name!;
    const key = rule.generateKey(context, tracker, name);
    const record = await this.storageService.increment(key, ttl, limit, blockDuration, name);
    setLimitHeaders(response, limit, record);
    if (errorDialectOf(request.path, request.headers) === 'anthropic') setAnthropicHeaders(response, limit, record);
    if (record.isBlocked) await this.throwThrottlingException(context, { ...record, limit, ttl, key, tracker });
    return true;
  }

  protected override throwThrottlingException(context: ExecutionContext, count: ThrottlerLimitDetail): Promise<void> {
    this.metrics.requestRejected('key', 'requests_per_minute');
    const demand = { keyName: callerOf(context)!.name, limit: count.limit, calls: 1 };
    throw rateLimitExceeded(demand, count.timeToBlockExpire);
  }
}

function setLimitHeaders(response: Response, limit: number, record: CountRecord): void {
  if (response.headersSent) return;
  response.setHeader('x-ratelimit-limit-requests', String(limit));
  response.setHeader('x-ratelimit-remaining-requests', String(Math.max(0, limit - record.totalHits)));
  response.setHeader('x-ratelimit-reset-requests', formatDuration(record.timeToExpire));
}

/** Sets Anthropic's headers with the same values. Its times are in RFC 3339. */
function setAnthropicHeaders(response: Response, limit: number, record: CountRecord): void {
  if (response.headersSent) return;
  const reset = new Date(Date.now() + Math.max(0, record.timeToExpire) * 1000);
  response.setHeader('anthropic-ratelimit-requests-limit', String(limit));
  response.setHeader('anthropic-ratelimit-requests-remaining', String(Math.max(0, limit - record.totalHits)));
  response.setHeader('anthropic-ratelimit-requests-reset', `${reset.toISOString().slice(0, 19)}Z`);
}
