import { Module, type OnModuleInit } from '@nestjs/common';
import { BedrockModule } from '../bedrock/bedrock.module.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { ModelsModule } from '../models/models.module.ts';
import { SharedStateModule } from '../shared-state/shared-state.module.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { RetryModule } from '../retry/retry.module.ts';
import { TranslationModule } from '../translation/translation.module.ts';
import { RoutingModule } from '../routing/routing.module.ts';
import { UpstreamService } from './upstream/upstream.service.ts';
import { AccountingModule } from './accounting/accounting.module.ts';
import { AnswerCache } from './answer-cache.ts';
import { BedrockApiService } from './invoke/bedrock-api.service.ts';
import { StreamContinuationService } from './continuation/continuation.service.ts';
import { EmbeddingsService } from './embeddings.service.ts';
import { FallbackModels } from './attempts/fallback-models.service.ts';
import { HistoryConcessionsService } from './attempts/history-concessions.service.ts';
import { InferenceService } from './inference.service.ts';
import { BetaConcessionsService } from './attempts/beta-concessions.service.ts';
import { MessagesService } from './invoke/messages.service.ts';
import { AdmissionModule } from '../admission/admission.module.ts';
import { PromptTokenService } from './prompt-token.service.ts';
import { BackgroundResponsesService } from './responses/background-responses.service.ts';
import { ResponsesService } from './responses/responses.service.ts';
import { StoredResponsesService } from './responses/stored-responses.service.ts';
import { SchemaValidators } from './structured/schema-checks.service.ts';
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
    AccountingModule,
    SharedStateModule,
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
    BedrockApiService,
    AnswerCache,
    StreamContinuationService,
    SchemaValidators,
    SchemaConcessions,
    SchemaJobs,
    StructuredOutputService,
    PromptTokenService,
    BackgroundResponsesService,
    ResponsesService,
    StoredResponsesService,
  ],
  exports: [
    InferenceService,
    MessagesService,
    EmbeddingsService,
    BedrockApiService,
    PromptTokenService,
    BackgroundResponsesService,
    ResponsesService,
    StoredResponsesService,
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
