import type { RequestContext } from '../../request/request-context.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Route, Target } from '../../models/types/model.ts';
import { reasonOf } from '../../errors/described-error.ts';
import type { UpstreamSpan, Attributes, RequestTrace, TraceFailure } from '../../request/request-trace.ts';
import { usageOfAnswer, usageOfEvent } from '../../wire/usage/converse-usage.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest } from '../../wire/converse.ts';
import type { Usage } from '../../usage/usage.ts';
import { promptContentJson, StreamedContentCollector, answerContentJson } from './traced-content.ts';

/** One attempt at Bedrock, for its span. */
export interface UpstreamCallInfo {
  route: Route;
  target: Target;
  context: RequestContext;
  /** Last part of the path: `converse`. */
  operation: string;
}

/**
 * Starts the span of one attempt at Bedrock, by the conventions for generative AI on AWS Bedrock
 * (semantic-conventions-genai, docs/gen-ai/aws-bedrock.md, 2026-11).
 */
export function startUpstreamSpan(
  trace: RequestTrace,
  { route, target, context, operation }: UpstreamCallInfo,
): UpstreamCallSpan {
  const name = nameOf(operation, route);
  const span = trace.startUpstreamSpan(`${name} ${target.modelId}`, {
    'gen_ai.operation.name': name,
    'gen_ai.provider.name': 'aws.bedrock',
    'gen_ai.request.model': target.modelId,
    'gen_ai.request.stream': operation.endsWith('-stream') || undefined,
    'outcrop.model': route.model.name,
    'outcrop.target': target.id,
  });
  return new UpstreamCallSpan(span, route.model.id, context.caller?.traceContent ? 'shown' : 'hidden');
}

/** Starts the span of one attempt at Converse, with the attributes of the request. */
export function startConverseSpan(
  trace: RequestTrace,
  attempt: UpstreamCallInfo,
  input: ConverseRequest,
): UpstreamCallSpan {
  const span = startUpstreamSpan(trace, attempt);
  span.recordRequest(input);
  return span;
}

/** Reports one attempt at Bedrock to its span. The span ends with the last byte of the answer. */
export class UpstreamCallSpan {
  private readonly startedAt = performance.now();
  private readonly span: UpstreamSpan;
  private readonly model: string;
  private readonly content: 'shown' | 'hidden';
  private collector?: StreamedContentCollector;
  private hasFirstChunk = false;

  /** Creates the report of an attempt. `model` is the model's id at Bedrock, without the prefix of a profile. */
  constructor(span: UpstreamSpan, model: string, content: 'shown' | 'hidden') {
    this.span = span;
    this.model = model;
    this.content = content;
  }

  /** Records the server address. Returns the headers that propagate the trace. */
  recordServer(origin: URL): Readonly<Record<string, string>> {
    const port = Number(origin.port) || (origin.protocol === 'http:' ? 80 : 443);
    this.span.set({ 'server.address': origin.hostname, 'server.port': port });
    return this.span.headers;
  }

  recordRequestId(requestId: string | undefined): void {
    this.span.set({ 'aws.request_id': requestId });
  }

  /** Waits for the exchange. Ends the span if the exchange fails. */
  async during(exchange: Promise<void>): Promise<void> {
    try {
      await exchange;
    } catch (error) {
      this.ended(error);
      throw error;
    }
  }

  recordRequest(input: ConverseRequest): void {
    if (!this.span.isRecorded) return;
    this.span.set(requestAttributesOf(input));
    if (this.content === 'hidden') return;
    this.span.set({ 'gen_ai.request.stop_sequences': input.inferenceConfig?.stopSequences });
    this.span.set(promptContentJson(input));
  }

  /** Records the time to the first chunk of a stream. */
  recordFirstChunk(): void {
    if (this.hasFirstChunk) return;
    this.hasFirstChunk = true;
    this.span.set({ 'gen_ai.response.time_to_first_chunk': (performance.now() - this.startedAt) / 1000 });
  }

  read(events: readonly ConverseEvent[]): void {
    if (!this.span.isRecorded) return;
    if (this.content === 'shown') this.collector ??= new StreamedContentCollector();
    for (const event of events) {
      this.collector?.read(event);
      const usage = usageOfEvent(event);
      if (usage) this.span.set(attributesOf(usage));
      if (event.messageStop) this.stopped(event.messageStop.stopReason);
    }
  }

  endWithAnswer(answer: ConverseAnswer): void {
    if (this.span.isRecorded) {
      this.span.set(attributesOf(usageOfAnswer(answer)));
      this.stopped(answer.stopReason);
      if (this.content === 'shown') this.span.set({ 'gen_ai.output.messages': answerContentJson(answer) });
    }
    this.ended();
  }

  /** Ends the span with the usage of an answer that the span itself does not read. */
  endWithUsage(usage: Usage | undefined): void {
    if (usage && !usage.estimated) this.span.set(attributesOf(usage));
    this.ended();
  }

  /** Records that the last byte has arrived. Further attributes may follow. */
  complete(): void {
    this.span.complete();
  }

  /** Ends the span; without `error`, the answer is complete. Further calls have no effect. */
  ended(error?: unknown): void {
    if (this.collector) this.span.set({ 'gen_ai.output.messages': this.collector.text() });
    if (error instanceof GatewayError && error.upstreamRequestId) this.recordRequestId(error.upstreamRequestId);
    this.span.end(error === undefined ? undefined : failureOf(error));
  }

  private stopped(reason: string | undefined): void {
    this.span.set({
      'gen_ai.response.model': this.model,
      'gen_ai.response.finish_reasons': reason === undefined ? undefined : [reason],
    });
  }
}

function nameOf(operation: string, { model }: Route): string {
  if (operation === 'count-tokens') return 'count_tokens';
  return model.embedding ? 'embeddings' : 'chat';
}

function requestAttributesOf({
  inferenceConfig,
  additionalModelRequestFields,
  guardrailConfig,
}: ConverseRequest): Attributes {
  const { maxTokens, temperature, topP } = inferenceConfig ?? {};
  const topK = additionalModelRequestFields?.['top_k'];
  return {
    'gen_ai.request.max_tokens': maxTokens,
    'gen_ai.request.temperature': temperature,
    'gen_ai.request.top_p': topP,
    'gen_ai.request.top_k': typeof topK === 'number' ? topK : undefined,
    'aws.bedrock.guardrail.id': guardrailConfig?.guardrailIdentifier,
  };
}

/** Returns the usage attributes. By the conventions, `input_tokens` includes cache reads and cache writes. */
function attributesOf({ input, output, cacheRead, cacheWrite }: Usage): Attributes {
  return {
    'gen_ai.usage.input_tokens': input + cacheRead + cacheWrite,
    'gen_ai.usage.output_tokens': output,
    'gen_ai.usage.cache_read.input_tokens': cacheRead || undefined,
    'gen_ai.usage.cache_creation.input_tokens': cacheWrite || undefined,
  };
}

/**
 * Converts an error to a failure of the span. An error that is not a GatewayError means that the gateway canceled the
 * attempt: the client disconnected, or another model answers.
 */
function failureOf(error: unknown): TraceFailure {
  if (!(error instanceof GatewayError)) return { type: 'canceled' };
  return { type: error.code ?? error.type, message: error.exception ?? reasonOf(error) };
}
