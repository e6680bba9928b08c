import { Module } from '@nestjs/common';
import { BedrockModule } from '../bedrock/bedrock.module.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { ModelsModule } from '../models/models.module.ts';
import { StorageModule } from '../shared-state/storage.module.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { TranslationModule } from '../translation/translation.module.ts';
import { UsageModule } from './accounting/usage.module.ts';
import { AnswerCache } from './answer-cache.ts';
import { ProfilesController } from '../api/bedrock/profiles.controller.ts';
import { RelayController } from '../api/bedrock/relay.controller.ts';
import { RelayService } from './invoke/relay.service.ts';
import { ChatController } from '../api/chat/chat.controller.ts';
import { CompletionsController } from '../api/completions/completions.controller.ts';
import { ContinuationService } from './continuation/continuation.service.ts';
import { EmbeddingsController } from '../api/embeddings/embeddings.controller.ts';
import { EmbeddingsService } from './embeddings.service.ts';
import { FallbackModels } from './attempts/fallback-models.service.ts';
import { HistoryConcessionsService } from './attempts/history-concessions.service.ts';
import { InferenceService } from './inference.service.ts';
import { BetaConcessionsService } from './attempts/beta-concessions.service.ts';
import { MessagesController } from '../api/messages/messages.controller.ts';
import { MessagesService } from './invoke/messages.service.ts';
import { ModelDiscovery } from '../jobs/model-discovery.ts';
import { QuotaDiscovery } from '../jobs/quota-discovery.ts';
import { ModelsController } from '../api/models/models.controller.ts';
import { ModerationsController } from '../api/moderations/moderations.controller.ts';
import { AdmissionModule } from '../admission/admission.module.ts';
import { RetryInterceptor } from '../http/retry/retry.interceptor.ts';
import { PromptTokens } from './prompt-tokens.service.ts';
import { BackgroundResponses } from './responses/background-responses.service.ts';
import { ResponsesController } from '../api/responses/responses.controller.ts';
import { ResponsesService } from './responses/responses.service.ts';
import { StoredResponses } from './responses/stored-responses.service.ts';
import { SchemaChecks } from './structured/schema-checks.service.ts';
import { SchemaConcessions } from './structured/schema-concessions.service.ts';
import { SchemaJobs } from './structured/schema-jobs.service.ts';
import { StructuredOutputService } from './structured/structured-output.service.ts';

/** The doors for models: every endpoint that names one. */
@Module({
  imports: [ModelsModule, TranslationModule, BedrockModule, UsageModule, StorageModule, AdmissionModule],
  controllers: [
    ChatController,
    CompletionsController,
    EmbeddingsController,
    MessagesController,
    ModelsController,
    ModerationsController,
    ProfilesController,
    RelayController,
    ResponsesController,
  ],
  providers: [
    InferenceService,
    FallbackModels,
    HistoryConcessionsService,
    MessagesService,
    BetaConcessionsService,
    EmbeddingsService,
    RelayService,
    AnswerCache,
    ContinuationService,
    ModelDiscovery,
    QuotaDiscovery,
    SchemaChecks,
    SchemaConcessions,
    SchemaJobs,
    StructuredOutputService,
    PromptTokens,
    BackgroundResponses,
    ResponsesService,
    StoredResponses,
    RetryInterceptor,
  ],
})
export class InferenceModule {
  constructor(models: ModelRegistryService, metrics: MetricsService) {
    metrics.knowModels((name) => models.isListed(name));
  }
}
