import { Controller, Get, Req, Res, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  type HealthIndicatorFunction,
  HealthIndicatorService,
} from '@nestjs/terminus';
import type { Request as HttpRequest, Response as HttpResponse } from 'express';
import { ApiKeyService } from '../../governance/api-key.service.ts';
import { isManagementRequest } from '../../http/server/management.server.ts';
import { readApiKey } from '../../http/auth/read-api-key.ts';
import { Public } from '../../http/auth/public.decorator.ts';
import { type ReadinessResult, ReadinessService } from './readiness.service.ts';

/** The library's own description of an answer would load @nestjs/swagger at every start. */
const UNCACHED = { noCache: true, swaggerDocumentation: false };

/**
 * What orchestrators ask. None of it depends on how the last request to Bedrock went: a hiccup
 * upstream must not take the whole fleet out of service.
 */
@Controller()
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: ReadinessService,
    private readonly keys: ApiKeyService,
  ) {}

  /** This process turns its event loop; nothing else is asked. */
  @Get(['health/live', 'livez', 'healthz'])
  @HealthCheck(UNCACHED)
  live(@Req() request: HttpRequest, @Res({ passthrough: true }) response: HttpResponse) {
    return this.answer(new Map([['process', { ok: true }]]), request, response);
  }

  /** This process should get requests. */
  @Get(['health', 'health/ready', 'readyz'])
  @HealthCheck(UNCACHED)
  ready(@Req() request: HttpRequest, @Res({ passthrough: true }) response: HttpResponse) {
    return this.answer(this.readiness.conditions(), request, response);
  }

  /** This process has started. */
  @Get('health/startup')
  @HealthCheck(UNCACHED)
  startup(@Req() request: HttpRequest, @Res({ passthrough: true }) response: HttpResponse) {
    return this.answer(new Map([['started', this.readiness.start()]]), request, response);
  }

  /** 200 or 503, and each condition with the reason why it does not hold. */
  private async answer(
    conditions: ReadonlyMap<string, ReadinessResult>,
    request: HttpRequest,
    response: HttpResponse,
  ): Promise<unknown> {
    const indicators = [...conditions].map(([name, condition]) => this.indicator(name, condition, request));
    try {
      return await this.health.check(indicators);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      // Its own body tells more than an error object would.
      response.status(503);
      return error.getResponse();
    }
  }

  private indicator(name: string, condition: ReadinessResult, request: HttpRequest): HealthIndicatorFunction {
    const session = this.indicators.check(name);
    if (condition.ok) return () => session.up();
    const { reason, detail } = condition;
    const isShown = detail !== undefined && this.mayKnow(request);
    return () => session.down({ reason, ...(isShown && { detail }) });
  }

  /** Asked in failure only: a probe of a healthy process costs no hash. */
  private mayKnow(request: HttpRequest): boolean {
    if (isManagementRequest(request)) return true;
    const secret = readApiKey(request.headers);
    return secret !== undefined && 'caller' in this.keys.verify(secret);
  }
}
