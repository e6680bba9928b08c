import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { DocsModule } from './api/docs/docs.module.ts';
import { HealthModule } from './api/health/health.module.ts';
import { InferenceModule } from './inference/inference.module.ts';
import { MetricsController } from './api/metrics/metrics.controller.ts';
import { ReloadModule } from './jobs/reload.module.ts';
import { RootController } from './api/root/root.controller.ts';
import { ConfigModule } from './config/config.module.ts';
import type { GatewayConfig } from './config/gateway-config.ts';
import { AdmissionGuard } from './http/admission/admission.guard.ts';
import { AdmissionModule } from './admission/admission.module.ts';
import type { ConfigSource } from './config/reload/config-source.ts';
import { ApiKeyGuard } from './http/auth/api-key.guard.ts';
import { ApiKeyModule } from './governance/api-key.module.ts';
import { ConnectionsModule } from './http/connections/connections.module.ts';
import { ContentTypeGuard } from './http/body/content-type.guard.ts';
import { JsonBodyGuard } from './http/body/json-body.guard.ts';
import { UploadGuard } from './http/admission/upload.guard.ts';
import { DrainModule } from './http/drain/drain.module.ts';
import { EnvelopePipe } from './http/validation/envelope.pipe.ts';
import { ErrorFilter } from './http/errors/error.filter.ts';
import { ManagementServer } from './http/server/management.server.ts';
import { RateLimitGuard } from './http/throttling/rate-limit.guard.ts';
import { RateLimitModule } from './http/throttling/rate-limit.module.ts';
import { TelemetryModule } from './telemetry/telemetry.module.ts';

/**
 * The order in which a request is handled: the call middleware (`application.ts`), the guards in this order, the
 * RetryInterceptor of the model endpoints, the pipe, the controller. Until the UploadGuard, only headers are read; the
 * AdmissionGuard sees complete bodies, and the JsonBodyGuard parses those of requests that have a place.
 */
@Module({
  imports: [
    TelemetryModule,
    ApiKeyModule,
    RateLimitModule,
    AdmissionModule,
    InferenceModule,
    HealthModule,
    ConnectionsModule,
    DrainModule,
    ReloadModule,
  ],
  controllers: [MetricsController, RootController],
  providers: [
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: ContentTypeGuard },
    { provide: APP_GUARD, useClass: UploadGuard },
    { provide: APP_GUARD, useClass: AdmissionGuard },
    { provide: APP_GUARD, useClass: JsonBodyGuard },
    { provide: APP_PIPE, useClass: EnvelopePipe },
    { provide: APP_FILTER, useClass: ErrorFilter },
    ManagementServer,
  ],
})
export class AppModule {
  static forRoot(config: GatewayConfig, source?: ConfigSource): DynamicModule {
    const docs = config.docs.enabled ? [DocsModule] : [];
    return { module: AppModule, imports: [ConfigModule.forRoot(config, source), ...docs] };
  }
}
