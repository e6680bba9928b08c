import { Injectable } from '@nestjs/common';
import { invalidUpstreamAnswer } from '../bedrock/errors/bedrock-errors.ts';
import { inputTokensFromHeaders } from '../bedrock/operations/token-headers.ts';
import type { RequestContext } from '../request/request-context.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { type Split, UpstreamCalls } from '../admission/upstream-calls.service.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { requireEmbeddingModel } from '../models/types/require-purpose.ts';
import { estimateTokens } from '../wire/token-estimate.ts';
import { embeddingsRequest, type EmbeddingsRequest } from '../translation/openai-embeddings/embeddings-request.ts';
import {
  type EmbeddingsAnswer,
  embeddingsResponse,
  readVectors,
  type Vectors,
} from '../translation/openai-embeddings/embeddings-response.ts';
import { refuseLosses } from '../translation/parameters/refuse-losses.ts';
import { AccountingService } from './accounting/accounting.service.ts';
import { ZERO_USAGE, type Usage } from '../usage/usage.ts';
import { reportAdjustments } from './report-adjustments.ts';
import { EmbeddingCall } from './upstream/embedding-call.ts';
import { UpstreamService } from './upstream/upstream.service.ts';

/** Calls of Bedrock that one request has open at a time. */
const AT_A_TIME = 8;
const SPLIT: Split = { reason: 'inputs', param: 'input', atMost: AT_A_TIME };

interface Batch {
  vectors: Vectors['vectors'];
  usage: Usage;
}

/** The way of a request for vectors: the conductor's steps, with several calls where the model takes few texts at a time. */
@Injectable()
export class EmbeddingsService {
  constructor(
    private readonly models: ModelRegistryService,
    private readonly upstream: UpstreamService,
    private readonly usage: AccountingService,
    private readonly config: GatewayConfig,
    private readonly calls: UpstreamCalls,
  ) {}

  async create(request: EmbeddingsRequest, context: RequestContext): Promise<EmbeddingsAnswer> {
    const route = this.models.resolve(request.model, context.caller);
    const rules = requireEmbeddingModel(route);
    const caller = this.config.requestMetadata.includeKeyName ? context.caller?.name : undefined;
    const { bodies, encoding, headers, adjusted } = embeddingsRequest(request, rules, caller);
    refuseLosses(adjusted, this.config, route.model.name);
    reportAdjustments(context, route, adjusted);
    context.contentLog?.asked(context, bodies);
    const batches = await this.calls.each(bodies, context, SPLIT, (body, index) =>
      // A retry of the request repeats only what failed.
      context.once(`vectors${index}`, () => this.ask(new EmbeddingCall(route, body, headers), context)),
    );
    const usages = batches.map(({ usage }) => usage);
    this.usage.record(context, usages);
    const tokens = usages.reduce((total, { input }) => total + input, 0);
    const vectors = batches.flatMap(({ vectors }) => vectors);
    return embeddingsResponse(vectors, encoding, { model: route.model.name, tokens });
  }

  private async ask(asked: EmbeddingCall, context: RequestContext): Promise<Batch> {
    const served = await this.upstream.send(asked, context);
    const { head, body } = served.body;
    const read = readVectors(body);
    if (read === undefined) {
      served.settle();
      throw invalidUpstreamAnswer();
    }
    // Cohere and Nova tell their tokens in a header; where it is lost on the way, the text says about as much.
    const input = read.tokens ?? inputTokensFromHeaders(head) ?? Math.ceil(estimateTokens(asked.body.toString()));
    const usage = { ...ZERO_USAGE, input };
    this.usage.book(context, asked.route, served, usage);
    return { vectors: read.vectors, usage };
  }
}
