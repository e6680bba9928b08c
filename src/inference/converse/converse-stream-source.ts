import type { RequestContext } from '../../request/request-context.ts';
import type { FrameWriter } from '../../translation/dialect.ts';
import { StructuredStreams } from '../../translation/structured/structured-streams.ts';
import type { RenamedProperties } from '../../translation/tool-schemas/renamed-properties.ts';
import { RestoredStreams } from '../../translation/tool-schemas/restored-streams.ts';
import type { AnswerStreamSource } from '../../wire/answer-stream.ts';
import type { ConverseEvent } from '../../wire/converse.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';
import type { StreamMeter } from '../accounting/stream-meter.ts';
import { addContinuationComment } from '../continuation/continuation-comment.ts';
import { addAdjustment } from '../report-adjustments.ts';
import type { OutputContract } from '../structured/structured-output.service.ts';

type Frames = readonly SseFrame[];

/** Parts from which the frames of a streamed answer are made. */
export interface ConverseStreamParts {
  writer: FrameWriter;
  context: RequestContext;
  /** The format that the answer must have; undefined for free text. */
  contract: OutputContract | undefined;
  /** Absent if the model knows all properties by the client's names. */
  renamed: RenamedProperties | undefined;
}

/** Turns the events of the streams of one request into the frames of its dialect. */
export class ConverseStreamSource implements AnswerStreamSource<ConverseEvent> {
  readonly streams: readonly AsyncIterable<ConverseEvent[]>[];
  private readonly meter: StreamMeter<ConverseEvent>;
  private readonly writer: FrameWriter;
  private readonly context: RequestContext;
  private readonly structured?: StructuredStreams;
  private readonly restored?: RestoredStreams;
  private readonly withComment: (frames: Frames) => Frames;

  /** `meter` reads the events of `streams`. */
  constructor(
    streams: readonly AsyncIterable<ConverseEvent[]>[],
    meter: StreamMeter<ConverseEvent>,
    { writer, context, contract, renamed }: ConverseStreamParts,
  ) {
    this.streams = streams;
    this.meter = meter;
    this.writer = writer;
    this.context = context;
    this.structured = contract && new StructuredStreams(contract.expected, contract.check);
    this.restored = renamed && new RestoredStreams(renamed);
    this.withComment = addContinuationComment(context);
  }

  frames(batch: readonly ConverseEvent[], index: number): Frames | Promise<Frames> {
    this.meter.read(batch, index);
    const events = this.restored ? this.restored.read(batch, index) : batch;
    if (this.structured === undefined) return this.withComment(this.framesOf(events, index));
    const checked = this.structured.read(events, index);
    if (!(checked instanceof Promise)) return this.framesOf(checked, index);
    return checked.then((end) => this.withReport(this.framesOf(end, index), this.structured!.adjustments));
  }

  end(): Frames {
    this.structured?.requireConforming();
    return this.writer.onEnd();
  }

  onClose(): void {
    this.meter.settle();
  }

  private framesOf(events: readonly ConverseEvent[], index: number): Frames {
    const [only] = events;
    // Nearly all batches that are read when they arrive hold one event.
    if (only && events.length === 1) return this.writer.onEvent(only, index);
    return events.flatMap((event) => this.writer.onEvent(event, index));
  }

  /**
   * Reports whether the answer has the requested format: in the stream, because the headers have been sent, and in the
   * log and the metrics.
   */
  private withReport(frames: Frames, adjustments: readonly string[]): Frames {
    const last = frames.at(-1);
    if (!last || adjustments.length === 0) return frames;
    for (const adjustment of adjustments) addAdjustment(this.context, adjustment);
    return [...frames.slice(0, -1), { ...last, comment: adjustments.map(commentOf).join('; ') }];
  }
}

function commentOf(adjustment: string): string {
  if (adjustment.endsWith('=unmet'))
    return `unmet: the answer does not conform to the requested format (${adjustment})`;
  return adjustment.endsWith('=unchecked')
    ? `unchecked: the answer could not be checked against its schema (${adjustment})`
    : `dropped: text beside calls of tools, which is not in the requested format (${adjustment})`;
}
