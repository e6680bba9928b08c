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
import { BedrockApiService } from './bedrock-api/bedrock-api.service.ts';
import { StreamContinuationService } from './continuation/continuation.service.ts';
import { EmbeddingsService } from './embeddings/embeddings.service.ts';
import { AttemptPlanner } from './attempts/attempt-planner.service.ts';
import { DialectPreparers } from './converse/dialect-preparers.service.ts';
import { RejectedHistory } from './rejections/rejected-history.ts';
import { MessageTokensService } from './messages/message-tokens.service.ts';
import { InferenceService } from './inference.service.ts';
import { RejectedBetas } from './rejections/rejected-betas.ts';
import { MessagesService } from './messages/messages.service.ts';
import { AdmissionModule } from '../admission/admission.module.ts';
import { PromptTokenService } from './prompt-token.service.ts';
import { BackgroundResponsesService } from './responses/background-responses.service.ts';
import { ResponsesService } from './responses/responses.service.ts';
import { StoredResponsesService } from './responses/stored-responses.service.ts';
import { SchemaValidators } from './structured/schema-checks.service.ts';
import { RejectedSchemas } from './rejections/rejected-schemas.ts';
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
    AttemptPlanner,
    DialectPreparers,
    RejectedSchemas,
    RejectedHistory,
    RejectedBetas,
    MessagesService,
    MessageTokensService,
    EmbeddingsService,
    BedrockApiService,
    AnswerCache,
    StreamContinuationService,
    SchemaValidators,
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
    MessageTokensService,
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
    this.metrics.setListedModels((name) => this.models.isListed(name));
  }
}
