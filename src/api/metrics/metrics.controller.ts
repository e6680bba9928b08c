import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../../http/public.decorator.ts';
import { MetricsService } from '../../telemetry/metrics.service.ts';

@Controller('metrics')
@Public((config) => config.metrics.public)
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
