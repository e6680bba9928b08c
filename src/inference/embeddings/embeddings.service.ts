import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { Route } from '../../models/types/model.ts';
import { requireEmbeddingModel } from '../../models/types/require-purpose.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { callerPairsOf } from '../../translation/bedrock-options/request-metadata.ts';
import { embeddingsRequest, type EmbeddingsRequest } from '../../translation/openai-embeddings/embeddings-request.ts';
import type { EmbeddingsAnswer } from '../../translation/openai-embeddings/embeddings-response.ts';
import { rejectUnsupportedFields } from '../../translation/parameters/reject-unsupported-fields.ts';
import type { PlannedAttempt, RequestPreparer } from '../attempts/request-preparer.ts';
import { InferenceService } from '../inference.service.ts';
import { reportAdjustments } from '../report-adjustments.ts';
import { EmbeddingsAttempt } from './embeddings-attempt.ts';

/** Answers requests for vectors. */
@Injectable()
export class EmbeddingsService implements RequestPreparer<EmbeddingsRequest, EmbeddingsAnswer> {
  constructor(
    private readonly inference: InferenceService,
    private readonly config: GatewayConfig,
  ) {}

  /** Throws as `InferenceService.run` does. */
  create(request: EmbeddingsRequest, context: RequestContext): Promise<EmbeddingsAnswer> {
    return this.inference.run(this, request, context);
  }

  requireModel(route: Route): void {
    requireEmbeddingModel(route);
  }

  operationOf(): 'fixed' {
    return 'fixed';
  }

  /** Returns false, because vectors of different models cannot be compared. */
  allowsFallback(): boolean {
    return false;
  }

  async prepare(request: EmbeddingsRequest, { route, context }: PlannedAttempt): Promise<EmbeddingsAttempt> {
    const caller = callerPairsOf(this.config.requestMetadata, context.caller);
    const translation = embeddingsRequest(request, requireEmbeddingModel(route), caller);
    rejectUnsupportedFields(translation.adjusted, this.config, route.model.name);
    reportAdjustments(context, route, translation.adjusted);
    context.contentLog?.recordRequest(context, translation.bodies);
    return new EmbeddingsAttempt(route, context, translation);
  }
}
