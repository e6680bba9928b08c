import type { Call } from '../call.ts';
import { GatewayError } from '../errors.ts';
import type { Route, Target } from '../models/model.ts';
import type { AskedSpan, Attributes, CallTrace, TraceFailure } from '../telemetry/tracing/call-trace.ts';
import { usageOfAnswer, usageOfEvent } from '../translation/converse/usage.ts';
import type { ConverseAnswer, ConverseEvent, ConverseRequest } from '../translation/converse/wire.ts';
import type { Usage } from '../usage/usage.ts';
import { askedContent, AnswerContent, contentOfAnswer } from './traced-content.ts';

export interface Attempt {
  route: Route;
  target: Target;
  input: ConverseRequest;
  call: Call;
  kind: 'whole' | 'stream';
}

/**
 * Begins the span of one attempt at Bedrock, by the conventions for generative AI on AWS Bedrock
 * (semantic-conventions-genai, docs/gen-ai/aws-bedrock.md, 2026-11).
 */
export function traceAttempt(trace: CallTrace, attempt: Attempt): AttemptTrace {
  const { target, route } = attempt;
  const span = trace.ask(`chat ${target.modelId}`, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'aws.bedrock',
    'gen_ai.request.model': target.modelId,
    'outcrop.model': route.model.name,
    'outcrop.target': target.id,
  });
  if (span.isRecorded) span.set(askedOf(attempt));
  return new AttemptTrace(span, attempt);
}

/** What one attempt at Bedrock tells its span, which ends with the answer's last byte. */
export class AttemptTrace {
  private readonly startedAt = performance.now();
  private readonly span: AskedSpan;
  private readonly model: string;
  private readonly content?: AnswerContent;
  private readonly showsContent: boolean;
  private heard = false;

  constructor(span: AskedSpan, { route, call, kind }: Attempt) {
    this.span = span;
    this.model = route.model.id;
    this.showsContent = call.caller?.traceContent === true;
    if (kind === 'stream' && span.isRecorded && this.showsContent) this.content = new AnswerContent();
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

  read(events: readonly ConverseEvent[]): void {
    if (!this.span.isRecorded) return;
    if (!this.heard && events.length > 0) {
      this.heard = true;
      this.span.set({ 'gen_ai.response.time_to_first_chunk': (performance.now() - this.startedAt) / 1000 });
    }
    for (const event of events) {
      this.content?.read(event);
      const usage = usageOfEvent(event);
      if (usage) this.span.set(attributesOf(usage));
      if (event.messageStop) this.stopped(event.messageStop.stopReason);
    }
  }

  answered(answer: ConverseAnswer): void {
    if (this.span.isRecorded) {
      this.span.set(attributesOf(usageOfAnswer(answer)));
      this.stopped(answer.stopReason);
      if (this.showsContent) this.span.set({ 'gen_ai.output.messages': contentOfAnswer(answer) });
    }
    this.ended();
  }

  /** Without an error the answer is whole. The first end counts. */
  ended(error?: unknown): void {
    if (this.content) this.span.set({ 'gen_ai.output.messages': this.content.text() });
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

function askedOf({ input, call, kind }: Attempt): Attributes {
  const { maxTokens, temperature, topP, stopSequences } = input.inferenceConfig ?? {};
  const topK = input.additionalModelRequestFields?.['top_k'];
  return {
    'gen_ai.request.stream': kind === 'stream' || undefined,
    'gen_ai.request.max_tokens': maxTokens,
    'gen_ai.request.temperature': temperature,
    'gen_ai.request.top_p': topP,
    'gen_ai.request.top_k': typeof topK === 'number' ? topK : undefined,
    'gen_ai.request.stop_sequences': stopSequences,
    'aws.bedrock.guardrail.id': input.guardrailConfig?.guardrailIdentifier,
    ...(call.caller?.traceContent && askedContent(input)),
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
  return { type: error.code ?? error.type, message: error.exception ?? error.message };
}
