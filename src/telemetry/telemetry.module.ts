import { Global, Module } from '@nestjs/common';
import { AccessLog } from './logging/access-log.ts';
import { ContentLog } from './content/content-log.ts';
import { LoggingModule } from './logging/logging.module.ts';
import { MetricsService } from './metrics/metrics.service.ts';
import { OpenTelemetryModule } from './tracing/open-telemetry.module.ts';

/** What we see of the gateway. Global, because every room may have something to count. */
@Global()
@Module({
  imports: [LoggingModule, OpenTelemetryModule],
  providers: [AccessLog, ContentLog, MetricsService],
  exports: [AccessLog, MetricsService],
})
export class TelemetryModule {}
