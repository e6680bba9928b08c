import { Controller, Get, Header } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { type GatewayError, permissionDenied } from '../../errors/errors.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { isManagementRequest } from '../../http/server/management.server.ts';
import { Public } from '../../http/auth/public.decorator.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';

/** Prometheus metrics. They contain the usage and cost of every key, so an API key needs the permission `metrics`. */
@Controller('metrics')
@Public((config, request) => !config.metrics.requireKey || isManagementRequest(request))
export class MetricsController {
  constructor(
    private readonly metrics: MetricsService,
    private readonly config: GatewayConfig,
  ) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(@CurrentContext() { caller }: RequestContext): Promise<string> {
    // Without a caller, the route is public: by `metrics.requireKey: false`, or on the management port.
    if (caller !== undefined && !caller.metrics) throw notForMetrics();
    return this.metrics.render(this.config.deprecatedNames.emit ? 'emit' : 'omit');
  }
}

function notForMetrics(): GatewayError {
  return permissionDenied(
    'This API key may not read the metrics, which show the use and the cost of every key. Set metrics: true for the ' +
      'key (auth.keys[].metrics), or scrape the management port (management.port).',
  );
}
