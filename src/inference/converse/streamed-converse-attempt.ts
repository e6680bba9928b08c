import { CONVERSE, CONVERSE_STREAM, type UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import type { FrameWriter } from '../../translation/dialect.ts';
import { answerToEvents } from '../../wire/answer-events.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import type { ConverseEvent, ConverseRequest } from '../../wire/converse.ts';
import { ConverseUsageReader } from '../../wire/usage/converse-usage.ts';
import type { StreamMeter } from '../accounting/stream-meter.ts';
import type { OpenedStreamAnswer, StreamedAttempt } from '../attempts/attempt.ts';
import type { StreamContinuationService } from '../continuation/continuation.service.ts';
import { ConverseCall } from '../upstream/converse-call.ts';
import { ConverseStreamSource } from './converse-stream-source.ts';
import type { PreparedConverse } from './prepared-converse.ts';
import { stoppedStream } from './stopped-stream.ts';

/** An attempt of ConverseStream. */
export class StreamedConverseAttempt implements StreamedAttempt<ConverseEvent, AnswerStream<ConverseEvent>> {
  readonly kind = 'stream';
  readonly prepared: PreparedConverse;
  private readonly writer: FrameWriter;
  private readonly continuation: StreamContinuationService;

  /** From here on, the context renders failures in the form of the stream. */
  constructor(prepared: PreparedConverse, writer: FrameWriter, continuation: StreamContinuationService) {
    this.prepared = prepared;
    this.writer = writer;
    this.continuation = continuation;
    if (writer.onFailure) prepared.context.renderFailuresWith((failure) => writer.onFailure?.(failure));
  }

  call(index: number): ConverseCall<AsyncIterable<ConverseEvent[]>> {
    const input = this.prepared.input(index);
    const operation = this.isStreamed(input) ? CONVERSE_STREAM : CONVERSE_IN_ONE_BATCH;
    return new ConverseCall(this.prepared.route, operation, input);
  }

  wrapStream(stream: OpenedStreamAnswer<ConverseEvent>, index: number): OpenedStreamAnswer<ConverseEvent> {
    const { contract, translation, route, context } = this.prepared;
    const input = this.prepared.input(index);
    // An answer that must be valid JSON is requested again, not continued.
    const isResumable = contract === undefined && this.isStreamed(input);
    const resumable = isResumable ? this.continuation.resumable(stream, route, input, context) : stream;
    const { emulatedStops: stops } = translation;
    return stops ? stoppedStream(resumable, input, stops) : resumable;
  }

  usageReader(index: number): ConverseUsageReader {
    return new ConverseUsageReader(this.prepared.input(index));
  }

  textOf(event: ConverseEvent): string {
    return event.contentBlockDelta?.delta?.text ?? '';
  }

  toResult(
    streams: readonly AsyncIterable<ConverseEvent[]>[],
    meter: StreamMeter<ConverseEvent>,
  ): AnswerStream<ConverseEvent> {
    const { context, contract, translation } = this.prepared;
    const parts = { writer: this.writer, context, contract, renamed: translation.renamed };
    return new AnswerStream(new ConverseStreamSource(streams, meter, parts));
  }

  /** Returns false for requests with tools to models that cannot stream tool calls. */
  private isStreamed({ toolConfig }: ConverseRequest): boolean {
    return this.prepared.route.model.rules.toolStreaming || toolConfig === undefined;
  }
}

/** Converse for a client that streams: the answer arrives as one batch of events. */
const CONVERSE_IN_ONE_BATCH: UpstreamOperation<AsyncIterable<ConverseEvent[]>> = {
  ...CONVERSE,
  read: (received, span) => oneBatch(answerToEvents(CONVERSE.read(received, span))),
};

async function* oneBatch<Event>(events: Event[]): AsyncGenerator<Event[]> {
  yield events;
}
