import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { BedrockApiModule } from './api/bedrock/bedrock-api.module.ts';
import { ChatModule } from './api/chat/chat.module.ts';
import { CompletionsModule } from './api/completions/completions.module.ts';
import { EmbeddingsModule } from './api/embeddings/embeddings.module.ts';
import { MeModule } from './api/me/me.module.ts';
import { MessagesModule } from './api/messages/messages.module.ts';
import { MetricsModule } from './api/metrics/metrics.module.ts';
import { ModelListModule } from './api/models/model-list.module.ts';
import { ModerationsModule } from './api/moderations/moderations.module.ts';
import { ResponsesModule } from './api/responses/responses.module.ts';
import { RootModule } from './api/root/root.module.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { DocsModule } from './api/docs/docs.module.ts';
import { HealthModule } from './api/health/health.module.ts';
import { ConfigModule } from './config/config.module.ts';
import type { GatewayConfig } from './config/gateway-config.ts';
import { AdmissionGuard } from './http/admission/admission.guard.ts';
import { AdmissionModule } from './admission/admission.module.ts';
import type { ConfigSource } from './config/reload/config-source.ts';
import { ApiKeyGuard } from './http/auth/api-key.guard.ts';
import { ApiKeyModule } from './governance/api-key.module.ts';
import { RepositoryModule } from './governance/repository.module.ts';
import { ConnectionsModule } from './http/connections/connections.module.ts';
import { ContentTypeGuard } from './http/body/content-type.guard.ts';
import { JsonBodyGuard } from './http/body/json-body.guard.ts';
import { UploadGuard } from './http/admission/upload.guard.ts';
import { DrainModule } from './http/drain/drain.module.ts';
import { BodyValidationPipe } from './http/validation/body-validation.pipe.ts';
import { ErrorFilter } from './http/errors/error.filter.ts';
import { ManagementServer } from './http/server/management.server.ts';
import { RateLimitGuard } from './http/throttling/rate-limit.guard.ts';
import { RateLimitModule } from './http/throttling/rate-limit.module.ts';
import { LedgerModule } from './ledger/ledger.module.ts';
import { TelemetryModule } from './telemetry/telemetry.module.ts';

/** One module for each endpoint. */
const ENDPOINTS = [
  BedrockApiModule,
  ChatModule,
  CompletionsModule,
  EmbeddingsModule,
  HealthModule,
  MeModule,
  MessagesModule,
  MetricsModule,
  ModelListModule,
  ModerationsModule,
  ResponsesModule,
  RootModule,
];

/**
 * The root module. A request passes, in this order: the context middleware (`application.ts`), the guards as listed, the
 * interceptor of the model endpoints, the pipe, the controller. Guards before the UploadGuard read headers only. The
 * AdmissionGuard runs after the body is complete, and the JsonBodyGuard parses the bodies of admitted requests.
 */
@Module({
  imports: [
    TelemetryModule,
    LedgerModule,
    ApiKeyModule,
    RepositoryModule,
    RateLimitModule,
    AdmissionModule,
    ...ENDPOINTS,
    ConnectionsModule,
    DrainModule,
    JobsModule,
  ],
  providers: [
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: ContentTypeGuard },
    { provide: APP_GUARD, useClass: UploadGuard },
    { provide: APP_GUARD, useClass: AdmissionGuard },
    { provide: APP_GUARD, useClass: JsonBodyGuard },
    { provide: APP_PIPE, useClass: BodyValidationPipe },
    { provide: APP_FILTER, useClass: ErrorFilter },
    ManagementServer,
  ],
})
export class AppModule {
  static forRoot(config: GatewayConfig, source?: ConfigSource): DynamicModule {
    const docs = config.docs.enabled ? [DocsModule] : [];
    const admin = config.admin.enabled ? [loadAdminApi()] : [];
    return { module: AppModule, imports: [ConfigModule.forRoot(config, source), ...docs, ...admin] };
  }
}

/** Loads the admin API, which most gateways do not serve. */
async function loadAdminApi(): Promise<DynamicModule> {
  const { AdminApiModule } = await import('./api/admin/admin-api.module.ts');
  return { module: AdminApiModule };
}
