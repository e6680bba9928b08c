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
import { CapacityHealthIndicator } from './capacity.health.ts';
import { CredentialsHealthIndicator } from './credentials.health.ts';
import { GovernanceHealthIndicator } from './governance.health.ts';
import { DrainHealthIndicator } from './drain.health.ts';
import type { ReadinessIndicator, ReadinessResult } from './readiness-result.ts';
import { StartupHealthIndicator } from './startup.health.ts';

/** Terminus' own response documentation would load @nestjs/swagger at every start. */
const UNCACHED = { noCache: true, swaggerDocumentation: false };

const ALIVE: ReadinessIndicator = { check: () => ({ ok: true }) };

/**
 * Endpoints for the probes of orchestrators. No probe depends on the outcome of requests to Bedrock, because a short failure
 * upstream must not take the whole fleet out of service.
 */
@Controller()
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly startup: StartupHealthIndicator,
    private readonly drain: DrainHealthIndicator,
    private readonly credentials: CredentialsHealthIndicator,
    private readonly capacity: CapacityHealthIndicator,
    private readonly governance: GovernanceHealthIndicator,
    private readonly keys: ApiKeyService,
  ) {}

  /** Reports that the event loop runs. Nothing else is checked. */
  @Get(['health/live', 'livez', 'healthz'])
  @HealthCheck(UNCACHED)
  live(@Req() request: HttpRequest, @Res({ passthrough: true }) response: HttpResponse) {
    return this.answer({ process: ALIVE }, request, response);
  }

  /** Reports whether the process should receive requests. */
  @Get(['health', 'health/ready', 'readyz'])
  @HealthCheck(UNCACHED)
  ready(@Req() request: HttpRequest, @Res({ passthrough: true }) response: HttpResponse) {
    const { startup: started, drain: accepting, credentials, capacity, governance } = this;
    return this.answer({ started, accepting, credentials, capacity, governance }, request, response);
  }

  /** Reports whether the process has started. */
  @Get('health/startup')
  @HealthCheck(UNCACHED)
  started(@Req() request: HttpRequest, @Res({ passthrough: true }) response: HttpResponse) {
    return this.answer({ started: this.startup }, request, response);
  }

  /** Responds with 200 or 503, and with the reason of each failure. */
  private async answer(
    indicators: Readonly<Record<string, ReadinessIndicator>>,
    request: HttpRequest,
    response: HttpResponse,
  ): Promise<unknown> {
    const checks = Object.entries(indicators).map(([name, indicator]) => this.functionFor(name, indicator, request));
    try {
      return await this.health.check(checks);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      // The body of Terminus has more information than an error object.
      response.status(503);
      return error.getResponse();
    }
  }

  private functionFor(name: string, indicator: ReadinessIndicator, request: HttpRequest): HealthIndicatorFunction {
    const session = this.indicators.check(name);
    const result = safely(indicator);
    if (result.ok) return () => session.up();
    const { reason, detail } = result;
    const isShown = detail !== undefined && this.maySeeDetails(request);
    return () => session.down({ reason, ...(isShown && { detail }) });
  }

  /** Called for failures only, so that probes of a healthy process hash no key. */
  private maySeeDetails(request: HttpRequest): boolean {
    if (isManagementRequest(request)) return true;
    const secret = readApiKey(request.headers);
    return secret !== undefined && 'caller' in this.keys.verify(secret);
  }
}

function safely(indicator: ReadinessIndicator): ReadinessResult {
  try {
    return indicator.check();
  } catch (error) {
    return { ok: false, reason: 'the check failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
