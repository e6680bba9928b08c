import { Module, type OnModuleInit } from '@nestjs/common';
import { BedrockModule } from '../bedrock/bedrock.module.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { ModelsModule } from '../models/models.module.ts';
import { StorageModule } from '../shared-state/shared-state.module.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { RetryModule } from '../retry/retry.module.ts';
import { TranslationModule } from '../translation/translation.module.ts';
import { RoutingModule } from '../routing/routing.module.ts';
import { UpstreamService } from './upstream/upstream.service.ts';
import { UsageModule } from './accounting/accounting.module.ts';
import { AnswerCache } from './answer-cache.ts';
import { RelayService } from './invoke/bedrock-api.service.ts';
import { ContinuationService } from './continuation/continuation.service.ts';
import { EmbeddingsService } from './embeddings.service.ts';
import { FallbackModels } from './attempts/fallback-models.service.ts';
import { HistoryConcessionsService } from './attempts/history-concessions.service.ts';
import { InferenceService } from './inference.service.ts';
import { BetaConcessionsService } from './attempts/beta-concessions.service.ts';
import { MessagesService } from './invoke/messages.service.ts';
import { AdmissionModule } from '../admission/admission.module.ts';
import { PromptTokens } from './prompt-token.service.ts';
import { BackgroundResponses } from './responses/background-responses.service.ts';
import { ResponsesService } from './responses/responses.service.ts';
import { StoredResponses } from './responses/stored-responses.service.ts';
import { SchemaChecks } from './structured/schema-checks.service.ts';
import { SchemaConcessions } from './structured/schema-concessions.service.ts';
import { SchemaJobs } from './structured/schema-jobs.service.ts';
import { StructuredOutputService } from './structured/structured-output.service.ts';

/** The services that answer requests for models. The modules of the endpoints import it. */
@Module({
  imports: [
    ModelsModule,
    TranslationModule,
    BedrockModule,
    RoutingModule,
    UsageModule,
    StorageModule,
    AdmissionModule,
    RetryModule,
  ],
  providers: [
    InferenceService,
    UpstreamService,
    FallbackModels,
    HistoryConcessionsService,
    MessagesService,
    BetaConcessionsService,
    EmbeddingsService,
    RelayService,
    AnswerCache,
    ContinuationService,
    SchemaChecks,
    SchemaConcessions,
    SchemaJobs,
    StructuredOutputService,
    PromptTokens,
    BackgroundResponses,
    ResponsesService,
    StoredResponses,
  ],
  exports: [
    InferenceService,
    MessagesService,
    EmbeddingsService,
    RelayService,
    PromptTokens,
    BackgroundResponses,
    ResponsesService,
    StoredResponses,
  ],
})
export class InferenceModule implements OnModuleInit {
  constructor(
    private readonly models: ModelRegistryService,
    private readonly metrics: MetricsService,
  ) {}

  onModuleInit(): void {
    this.metrics.knowModels((name) => this.models.isListed(name));
  }
}
