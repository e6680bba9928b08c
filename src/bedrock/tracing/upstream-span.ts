import type { RequestContext } from '../../request/request-context.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Route, Target } from '../../models/types/model.ts';
import { reasonOf } from '../../errors/described-error.ts';
import type { UpstreamSpan, Attributes, RequestTrace, TraceFailure } from '../../request/request-trace.ts';
import { usageOfAnswer, usageOfEvent } from '../../wire/usage.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest } from '../../wire/converse.ts';
import type { Usage } from '../../usage/usage.ts';
import { promptContentJson, StreamedContentCollector, answerContentJson } from './traced-content.ts';

export interface UpstreamCallInfo {
  route: Route;
  target: Target;
  context: RequestContext;
  /** Last part of the path: `converse`. */
  operation: string;
}

/**
 * Begins the span of one attempt at Bedrock, by the conventions for generative AI on AWS Bedrock
 * (semantic-conventions-genai, docs/gen-ai/aws-bedrock.md, 2026-11).
 */
export function startUpstreamSpan(
  trace: RequestTrace,
  { route, target, context, operation }: UpstreamCallInfo,
): UpstreamCallSpan {
  const name = nameOf(operation, route);
  const span = trace.ask(`${name} ${target.modelId}`, {
    'gen_ai.operation.name': name,
    'gen_ai.provider.name': 'aws.bedrock',
    'gen_ai.request.model': target.modelId,
    'gen_ai.request.stream': operation.endsWith('-stream') || undefined,
    'outcrop.model': route.model.name,
    'outcrop.target': target.id,
  });
  return new UpstreamCallSpan(span, route.model.id, context.caller?.traceContent ? 'shown' : 'hidden');
}

/** The same for Converse, which says what is asked in words that the conventions know. */
export function startConverseSpan(
  trace: RequestTrace,
  attempt: UpstreamCallInfo,
  input: ConverseRequest,
): UpstreamCallSpan {
  const begun = startUpstreamSpan(trace, attempt);
  begun.asked(input);
  return begun;
}

/** What one attempt at Bedrock tells its span, which ends with the answer's last byte. */
export class UpstreamCallSpan {
  private readonly startedAt = performance.now();
  private readonly span: UpstreamSpan;
  private readonly model: string;
  private readonly content: 'shown' | 'hidden';
  private said?: StreamedContentCollector;
  private heard = false;

  /** `model`: its id at Bedrock, without a profile's prefix. */
  constructor(span: UpstreamSpan, model: string, content: 'shown' | 'hidden') {
    this.span = span;
    this.model = model;
    this.content = content;
  }

  /** Gives the headers that pass the trace on. */
  sentTo(origin: URL): Readonly<Record<string, string>> {
    const port = Number(origin.port) || (origin.protocol === 'http:' ? 80 : 443);
    this.span.set({ 'server.address': origin.hostname, 'server.port': port });
    return this.span.headers;
  }

  accepted(requestId: string | undefined): void {
    this.span.set({ 'aws.request_id': requestId });
  }

  /** Ends the span with an exchange that came to nothing. */
  async during(exchange: Promise<void>): Promise<void> {
    try {
      await exchange;
    } catch (error) {
      this.ended(error);
      throw error;
    }
  }

  asked(input: ConverseRequest): void {
    if (!this.span.isRecorded) return;
    this.span.set(askedOf(input));
    if (this.content === 'hidden') return;
    this.span.set({ 'gen_ai.request.stop_sequences': input.inferenceConfig?.stopSequences });
    this.span.set(promptContentJson(input));
  }

  /** Something of a stream has come. */
  heardFrom(): void {
    if (this.heard) return;
    this.heard = true;
    this.span.set({ 'gen_ai.response.time_to_first_chunk': (performance.now() - this.startedAt) / 1000 });
  }

  read(events: readonly ConverseEvent[]): void {
    if (!this.span.isRecorded) return;
    if (this.content === 'shown') this.said ??= new StreamedContentCollector();
    for (const event of events) {
      this.said?.read(event);
      const usage = usageOfEvent(event);
      if (usage) this.span.set(attributesOf(usage));
      if (event.messageStop) this.stopped(event.messageStop.stopReason);
    }
  }

  answered(answer: ConverseAnswer): void {
    if (this.span.isRecorded) {
      this.span.set(attributesOf(usageOfAnswer(answer)));
      this.stopped(answer.stopReason);
      if (this.content === 'shown') this.span.set({ 'gen_ai.output.messages': answerContentJson(answer) });
    }
    this.ended();
  }

  /** What was used is known, of an answer that is not read here; ends the span. */
  used(usage: Usage | undefined): void {
    if (usage && !usage.estimated) this.span.set(attributesOf(usage));
    this.ended();
  }

  /** The last byte has come, and more may be told of it. */
  complete(): void {
    this.span.complete();
  }

  /** Without an error the answer is whole. The first end counts. */
  ended(error?: unknown): void {
    if (this.said) this.span.set({ 'gen_ai.output.messages': this.said.text() });
    if (error instanceof GatewayError && error.upstreamRequestId) this.accepted(error.upstreamRequestId);
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

function askedOf({ inferenceConfig, additionalModelRequestFields, guardrailConfig }: ConverseRequest): Attributes {
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

/** By the conventions `input_tokens` counts what came from the cache and went to it. */
function attributesOf({ input, output, cacheRead, cacheWrite }: Usage): Attributes {
  return {
    'gen_ai.usage.input_tokens': input + cacheRead + cacheWrite,
    'gen_ai.usage.output_tokens': output,
    'gen_ai.usage.cache_read.input_tokens': cacheRead || undefined,
    'gen_ai.usage.cache_creation.input_tokens': cacheWrite || undefined,
  };
}

/** What is no failure of Bedrock's was ended by us: the client left, or another model answers. */
function failureOf(error: unknown): TraceFailure {
  if (!(error instanceof GatewayError)) return { type: 'canceled' };
  return { type: error.code ?? error.type, message: error.exception ?? reasonOf(error) };
}
