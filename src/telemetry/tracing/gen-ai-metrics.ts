import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import type { RequestLogLine } from '../../request/request-log-line.ts';

/** Bucket boundaries of the conventions (semantic-conventions-genai, docs/gen-ai/gen-ai-metrics.md, 2026-11). */
const OPERATION_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const PER_TOKEN_SECONDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const FIRST_TOKEN_SECONDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25, 50, 100,
];

/** Metrics by the OpenTelemetry conventions for generative AI, from the log line of a request. */
export class GenAiMetrics {
  private readonly duration: Histogram;
  private readonly tokens: Histogram;
  private readonly firstToken: Histogram;
  private readonly perToken: Histogram;

  constructor(meter: Meter) {
    const histogram = (name: string, unit: string, description: string, explicitBucketBoundaries: number[]) =>
      meter.createHistogram(`gen_ai.${name}`, { unit, description, advice: { explicitBucketBoundaries } });
    this.duration = histogram('client.operation.duration', 's', 'GenAI operation duration.', OPERATION_SECONDS);
    this.tokens = histogram('client.token.usage', '{token}', 'Number of input and output tokens used.', TOKENS);
    this.firstToken = histogram(
      'server.time_to_first_token',
      's',
      'Time to the first token of streamed answers.',
      FIRST_TOKEN_SECONDS,
    );
    this.perToken = histogram(
      'server.time_per_output_token',
      's',
      'Time of each further token of streamed answers.',
      PER_TOKEN_SECONDS,
    );
  }

  /** Records a finished request. `model` is the label of the model: its name, unless a client may have invented it. */
  observe(line: RequestLogLine, route: string | undefined, model: string): void {
    if (line.model === undefined) return;
    const attributes: Attributes = {
      'gen_ai.operation.name': operationOf(route),
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.request.model': model,
    };
    const { usage } = line;
    this.duration.record(
      line.durationMs / 1000,
      line.errorCode ? { ...attributes, 'error.type': line.errorCode } : attributes,
    );
    if (usage !== undefined && line.cache !== 'hit') {
      const input = usage.input + usage.cacheRead + usage.cacheWrite;
      this.tokens.record(input, { ...attributes, 'gen_ai.token.type': 'input' });
      this.tokens.record(usage.output, { ...attributes, 'gen_ai.token.type': 'output' });
    }
    if (!line.stream) return;
    if (line.firstEventMs !== undefined) this.firstToken.record(line.firstEventMs / 1000, attributes);
    if (line.msPerOutputToken !== undefined) this.perToken.record(line.msPerOutputToken / 1000, attributes);
  }
}

function operationOf(route: string | undefined): string {
  if (route?.endsWith('/embeddings')) return 'embeddings';
  if (route?.endsWith('/count_tokens')) return 'count_tokens';
  return route === '/v1/completions' ? 'text_completion' : 'chat';
}
