import type { BillingFacts } from '../../usage/billing-facts.ts';
import { ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';
import { billingOfConverse, billingOfInvoke } from '../../wire/usage/billing.ts';
import { usageOfAnswer } from '../../wire/usage/converse-usage.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import type { StreamFormat } from '../transport/event-stream-sink.ts';
import type { EventStreamFrame } from '../transport/event-stream.ts';
import { INVOCATION_METRICS } from './messages-stream-format.ts';
import type { BedrockApiStreamOperation } from '../../wire/operations.ts';

/** One frame of a stream that passes unmodified, with its bytes. */
export type RawFrame = EventStreamFrame & { bytes: Buffer };

/** Number of characters that surround the text in the JSON of a delta. */
const DELTA_OVERHEAD = 80;
const CHARACTERS_PER_TOKEN = 4;

interface Metrics {
  inputTokenCount?: number;
  outputTokenCount?: number;
  cacheReadInputTokenCount?: number;
  cacheWriteInputTokenCount?: number;
}

/** Format of ConverseStream: frames are checked and passed on, and exception frames become errors. */
const RAW_CONVERSE_FORMAT: StreamFormat<RawFrame> = {
  bytes: 'kept',
  toEvent: (frame) => ({ ...frame, bytes: frame.bytes ?? Buffer.alloc(0) }),
  isOpening: ({ name }) => name === 'messageStart',
  isLast: (frame) => frame.name === 'messageStop',
};

/**
 * Formats by operation. Vendors end the streams of InvokeModel in different ways, so only the transport can detect a cut
 * stream.
 */
export const RAW_STREAM_FORMATS: Readonly<Record<BedrockApiStreamOperation, StreamFormat<RawFrame>>> = {
  'converse-stream': RAW_CONVERSE_FORMAT,
  'invoke-with-response-stream': { ...RAW_CONVERSE_FORMAT, end: 'anywhere' },
};

/** Reads the usage of a stream from the frame that contains it: `metadata` of Converse, or the metrics of InvokeModel. */
export class RawUsageReader implements RunningUsageReader<RawFrame> {
  private reported?: Usage;
  private characters = 0;
  private facts?: BillingFacts;
  private readonly promptBytes: number;

  /** `headers` are those of the request, which name the tier of InvokeModel. */
  constructor(promptBytes: number, headers: Readonly<Record<string, string>>) {
    this.promptBytes = promptBytes;
    this.facts = billingOfInvoke(headers);
  }

  read({ name, payload }: RawFrame): void {
    if (name === 'metadata') {
      const metadata = JSON.parse(payload) as ConverseAnswer;
      this.reported = usageOfAnswer(metadata);
      this.facts = billingOfConverse({}, metadata);
    }
    if (name === 'contentBlockDelta') this.characters += Math.max(0, payload.length - DELTA_OVERHEAD);
    if (name !== 'chunk') return;
    const { bytes } = JSON.parse(payload) as { bytes?: string };
    const text = Buffer.from(bytes ?? '', 'base64').toString('utf8');
    this.characters += Math.max(0, text.length - DELTA_OVERHEAD);
    if (text.includes(INVOCATION_METRICS)) this.reported = usageOfMetrics(text) ?? this.reported;
  }

  counted(): Usage | undefined {
    return this.reported;
  }

  billing(): BillingFacts | undefined {
    return this.facts;
  }

  estimated(): Usage {
    const input = Math.ceil(this.promptBytes / CHARACTERS_PER_TOKEN);
    return { ...ZERO_USAGE, input, output: Math.ceil(this.characters / CHARACTERS_PER_TOKEN) };
  }
}

/**
 * Reads the metrics of an event. Returns undefined if the text of the model contains the field's name and the event has no
 * such field.
 */
function usageOfMetrics(json: string): Usage | undefined {
  let metrics: Metrics | undefined;
  try {
    metrics = (JSON.parse(json) as { [INVOCATION_METRICS]?: Metrics })[INVOCATION_METRICS];
  } catch {
    return undefined;
  }
  if (metrics === undefined) return undefined;
  return {
    input: metrics.inputTokenCount ?? 0,
    output: metrics.outputTokenCount ?? 0,
    cacheRead: metrics.cacheReadInputTokenCount ?? 0,
    cacheWrite: metrics.cacheWriteInputTokenCount ?? 0,
  };
}
