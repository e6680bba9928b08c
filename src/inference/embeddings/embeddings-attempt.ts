import { invalidUpstreamAnswer } from '../../bedrock/errors/bedrock-errors.ts';
import { INVOKE, type InvokeAnswer, type UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import { inputTokensFromHeaders } from '../../bedrock/operations/token-headers.ts';
import type { ParallelCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { EmbeddingsTranslation } from '../../translation/openai-embeddings/embeddings-request.ts';
import {
  type EmbeddingsAnswer,
  embeddingsResponse,
  readVectors,
  type Vectors,
} from '../../translation/openai-embeddings/embeddings-response.ts';
import { ZERO_USAGE, type Usage } from '../../usage/usage.ts';
import { estimateTokens } from '../../wire/token-estimate.ts';
import type { PreparedRequest, WholeAttempt } from '../attempts/attempt.ts';
import { EmbeddingCall } from '../upstream/embedding-call.ts';

/** Maximum number of concurrent calls of Bedrock for one request. */
const MAX_PARALLEL_CALLS = 8;
const PARALLEL_CALLS: ParallelCalls = { reason: 'inputs', param: 'input', maxConcurrent: MAX_PARALLEL_CALLS };

/** InvokeModel of an embedding model. Throws GatewayError for a 200 without vectors. */
const INVOKE_VECTORS: UpstreamOperation<Vectors> = {
  ...INVOKE,
  read(received, span): Vectors {
    const { head, body }: InvokeAnswer = INVOKE.read(received, span);
    const read = readVectors(body);
    if (read === undefined) throw invalidUpstreamAnswer();
    // Cohere and Nova report their tokens in a header.
    const tokens = read.tokens ?? inputTokensFromHeaders(head);
    return tokens === undefined ? read : { ...read, tokens };
  },
};

/** A request for vectors. It makes several calls if the model accepts few texts at a time. */
export class EmbeddingsAttempt implements WholeAttempt<Vectors, EmbeddingsAnswer>, PreparedRequest {
  readonly kind = 'whole';
  readonly prepared: PreparedRequest = this;
  readonly operation = 'fixed';
  readonly betaFlags = [];
  readonly id = 'vectors/';
  readonly parallelCalls = PARALLEL_CALLS;
  readonly output: undefined;
  readonly cached: undefined;
  readonly size: number;
  readonly route: Route;
  readonly context: RequestContext;
  private readonly translation: EmbeddingsTranslation;

  constructor(route: Route, context: RequestContext, translation: EmbeddingsTranslation) {
    this.route = route;
    this.context = context;
    this.translation = translation;
    this.size = translation.bodies.length;
  }

  enforcedSchemas(): undefined {
    return undefined;
  }

  call(index: number): EmbeddingCall<Vectors> {
    return new EmbeddingCall(this.route, INVOKE_VECTORS, this.translation.bodies[index]!, this.translation.headers);
  }

  /** Returns the usage. If Bedrock does not count tokens, estimates them from the length of the text. */
  usageOf({ tokens }: Vectors, index: number): Usage {
    if (tokens !== undefined) return { ...ZERO_USAGE, input: tokens };
    const input = Math.ceil(estimateTokens(JSON.stringify(this.translation.bodies[index])));
    return { ...ZERO_USAGE, input, estimated: true };
  }

  billingOf(): undefined {
    return undefined;
  }

  restoreNames(vectors: Vectors): Vectors {
    return vectors;
  }

  /** Returns undefined, because the content log contains no vectors. */
  contentOf(): undefined {
    return undefined;
  }

  toResult(batches: readonly Vectors[]): EmbeddingsAnswer {
    const tokens = batches.reduce((total, batch, index) => total + this.usageOf(batch, index).input, 0);
    const vectors = batches.flatMap((batch) => batch.vectors);
    return embeddingsResponse(vectors, this.translation.encoding, { model: this.route.model.name, tokens });
  }
}
