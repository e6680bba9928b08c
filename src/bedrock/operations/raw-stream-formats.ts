import { ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';
import { usageOfAnswer } from '../../wire/usage.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import type { StreamFormat } from '../transport/event-stream-sink.ts';
import type { EventStreamFrame } from '../transport/event-stream.ts';
import { INVOCATION_METRICS } from './messages-stream-format.ts';
import type { BedrockApiStreamOperation } from '../../wire/operations.ts';

/** One frame of a stream that passes as it came. */
export type RawFrame = EventStreamFrame & { bytes: Buffer };

/** The JSON of a delta around its text. */
const FRAME_OF_DELTA = 80;
const CHARACTERS_A_TOKEN = 4;

interface Metrics {
  inputTokenCount?: number;
  outputTokenCount?: number;
  cacheReadInputTokenCount?: number;
  cacheWriteInputTokenCount?: number;
}

/** Converse's frames are checked and handed on; exceptions among them are failures here as everywhere. */
const CONVERSED: StreamFormat<RawFrame> = {
  bytes: 'kept',
  toEvent: (frame) => ({ ...frame, bytes: frame.bytes ?? Buffer.alloc(0) }),
  isOpening: ({ name }) => name === 'messageStart',
  isLast: (frame) => frame.name === 'messageStop',
};

/** By operation. Vendors end the streams of InvokeModel in their own ways; that one was cut, the transport tells. */
export const RAW_STREAM_FORMATS: Readonly<Record<BedrockApiStreamOperation, StreamFormat<RawFrame>>> = {
  'converse-stream': CONVERSED,
  'invoke-with-response-stream': { ...CONVERSED, end: 'anywhere' },
};

/** Reads what a stream used from the frame that tells it: `metadata` of Converse, the metrics of InvokeModel. */
export class RawUsageReader implements RunningUsageReader<RawFrame> {
  private told?: Usage;
  private characters = 0;
  private readonly promptBytes: number;

  constructor(promptBytes: number) {
    this.promptBytes = promptBytes;
  }

  read({ name, payload }: RawFrame): void {
    if (name === 'metadata') this.told = usageOfAnswer(JSON.parse(payload) as ConverseAnswer);
    if (name === 'contentBlockDelta') this.characters += Math.max(0, payload.length - FRAME_OF_DELTA);
    if (name !== 'chunk') return;
    const { bytes } = JSON.parse(payload) as { bytes?: string };
    const text = Buffer.from(bytes ?? '', 'base64').toString('utf8');
    this.characters += Math.max(0, text.length - FRAME_OF_DELTA);
    if (text.includes(INVOCATION_METRICS)) this.told = usageOfMetrics(text) ?? this.told;
  }

  counted(): Usage | undefined {
    return this.told;
  }

  estimated(): Usage {
    const input = Math.ceil(this.promptBytes / CHARACTERS_A_TOKEN);
    return { ...ZERO_USAGE, input, output: Math.ceil(this.characters / CHARACTERS_A_TOKEN) };
  }
}

/** The words may also stand in what the model says. */
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
