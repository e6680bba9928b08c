import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  type HealthIndicatorFunction,
  HealthIndicatorService,
} from '@nestjs/terminus';
import type { Response as HttpResponse } from 'express';
import { Public } from '../../http/public.decorator.ts';
import { type Condition, ReadinessService } from './readiness.service.ts';

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
  ) {}

  /** This process turns its event loop; nothing else is asked. */
  @Get(['health/live', 'livez', 'healthz'])
  @HealthCheck(UNCACHED)
  live(@Res({ passthrough: true }) response: HttpResponse) {
    return this.answer(new Map([['process', { ok: true }]]), response);
  }

  /** This process should get requests. */
  @Get(['health', 'health/ready', 'readyz'])
  @HealthCheck(UNCACHED)
  ready(@Res({ passthrough: true }) response: HttpResponse) {
    return this.answer(this.readiness.conditions(), response);
  }

  /** This process has started. */
  @Get('health/startup')
  @HealthCheck(UNCACHED)
  startup(@Res({ passthrough: true }) response: HttpResponse) {
    return this.answer(new Map([['started', this.readiness.start()]]), response);
  }

  /** 200 or 503, and each condition with the reason why it does not hold. */
  private async answer(conditions: ReadonlyMap<string, Condition>, response: HttpResponse): Promise<unknown> {
    try {
      return await this.health.check([...conditions].map(([name, condition]) => this.indicator(name, condition)));
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      // Its own body tells more than an error object would.
      response.status(503);
      return error.getResponse();
    }
  }

  private indicator(name: string, condition: Condition): HealthIndicatorFunction {
    const session = this.indicators.check(name);
    return () => (condition.ok ? session.up() : session.down({ reason: condition.reason }));
  }
}
