import { Global, Module } from '@nestjs/common';
import { AccessLog } from './logging/access-log.ts';
import { ContentLog } from './content/content-log.ts';
import { LoggingModule } from './logging/logging.module.ts';
import { MetricsService } from './metrics/metrics.service.ts';
import { OpenTelemetryModule } from './tracing/open-telemetry.module.ts';

/** Provides logs, metrics and traces. Global, because every module may have something to measure. */
@Global()
@Module({
  imports: [LoggingModule, OpenTelemetryModule],
  providers: [AccessLog, ContentLog, MetricsService],
  exports: [AccessLog, MetricsService],
})
export class TelemetryModule {}
