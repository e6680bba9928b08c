import { Controller, Get, Header } from '@nestjs/common';
import { isManagement } from '../../http/management.server.ts';
import { Public } from '../../http/public.decorator.ts';
import { MetricsService } from '../../telemetry/metrics.service.ts';

@Controller('metrics')
@Public((config, request) => config.metrics.public || isManagement(request))
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
