import type { Dispatcher } from 'undici';
import type { HttpDispatcher } from '../../libraries/undici.ts';
import type { UpstreamCallSpan } from '../tracing/upstream-span.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import { fromAwsError, incompleteStream } from '../errors/bedrock-errors.ts';
import { EventBatches } from './event-batches.ts';
import { EventStreamDecoder, type EventStreamFrame } from './event-stream.ts';
import { postSigned, type BodySink, type UpstreamResponseHead, type UpstreamRequest } from './transport.ts';

/** The frame format of one operation. Its functions run for every frame, so they are synchronous and keep no state. */
export interface StreamFormat<Event> {
  /** `kept` if events need the bytes of their frames. */
  bytes?: 'kept';
  /** `anywhere` if the stream has no last event, so that only the transport can detect a cut stream. */
  end?: 'anywhere';
  /** Converts a frame to an event. Throws GatewayError for an event that reports a failure. */
  toEvent(frame: EventStreamFrame, head: UpstreamResponseHead): Event;
  /** Returns true if the event only announces an answer. A failure after such an event can still be retried. */
  isOpening(event: Event): boolean;
  /** Returns true for the event that completes the answer. A connection error after it has no effect. */
  isLast(event: Event): boolean;
  /** Reports events to the span. If absent, the usage is reported when it is settled. */
  trace?(events: readonly Event[], trace: UpstreamCallSpan): void;
}

/** A stream that Bedrock has accepted. */
export interface OpenedStream<Event> {
  head: UpstreamResponseHead;
  events: EventBatches<Event>;
}

/**
 * Opens a stream. Resolves with the first event that is more than an announcement. Until then, every failure rejects and can
 * be retried, including an exception that arrives as a frame.
 */
export function openEventStream<Event>(
  pool: HttpDispatcher,
  session: AwsSession,
  request: UpstreamRequest,
  form: StreamFormat<Event>,
): Promise<OpenedStream<Event>> {
  return new Promise((resolve, reject) => {
    postSigned(
      pool,
      session,
      request,
      (head, flow) => new EventStreamSink(head, flow, { form, trace: request.trace }, { resolve, reject }),
    ).catch(reject);
  });
}

/** Decodes body chunks to batches of events, and checks that the stream is complete. */
class EventStreamSink<Event> implements BodySink {
  private readonly decoder: EventStreamDecoder;
  private readonly events: EventBatches<Event>;
  private readonly head: UpstreamResponseHead;
  private readonly form: StreamFormat<Event>;
  private readonly trace?: UpstreamCallSpan;
  private readonly outcome: { resolve: (stream: OpenedStream<Event>) => void; reject: (error: Error) => void };
  /** Events that arrived before the stream counts as begun. */
  private held: Event[] = [];
  begun = false;
  /**
   * True if the last event has arrived. A connection that ends before it was cut, even if the transport reports no error.
   */
  private stopped = false;

  constructor(
    head: UpstreamResponseHead,
    flow: Dispatcher.DispatchController,
    { form, trace }: { form: StreamFormat<Event>; trace?: UpstreamCallSpan },
    outcome: EventStreamSink<Event>['outcome'],
  ) {
    this.head = head;
    this.events = new EventBatches<Event>(flow);
    this.decoder = new EventStreamDecoder(form.bytes);
    this.form = form;
    this.trace = trace;
    this.outcome = outcome;
  }

  data(chunk: Buffer): void {
    const batch: Event[] = [];
    try {
      for (const frame of this.decoder.push(chunk)) batch.push(this.toEvent(frame));
    } finally {
      this.deliver(batch, chunk.length);
    }
  }

  close(failure?: Error): void {
    const problem = this.stopped ? undefined : (failure ?? this.missingEnd());
    if (this.trace) this.reportEnd(this.trace, problem);
    if (!this.begun && problem) return this.outcome.reject(problem);
    if (!this.begun) this.begin(0);
    if (problem) this.events.fail(problem);
    else this.events.end();
  }

  private reportEnd(trace: UpstreamCallSpan, problem: Error | undefined): void {
    if (problem !== undefined || this.form.trace) trace.ended(problem);
    else trace.complete();
  }

  private missingEnd(): Error | undefined {
    const mayEndHere = this.form.end === 'anywhere' && this.begun && !this.decoder.incomplete;
    return mayEndHere ? undefined : incompleteStream();
  }

  private toEvent(frame: EventStreamFrame): Event {
    if (frame.messageType !== 'event') throw errorOfExceptionFrame(frame, this.head);
    const event = this.form.toEvent(frame, this.head);
    if (this.form.isLast(event)) this.stopped = true;
    return event;
  }

  private deliver(batch: Event[], bytes: number): void {
    if (this.trace && batch.length > 0) {
      this.trace.recordFirstChunk();
      this.form.trace?.(batch, this.trace);
    }
    if (this.begun) {
      if (batch.length > 0) this.events.push(batch, bytes);
      return;
    }
    this.held.push(...batch);
    if (batch.some((event) => !this.form.isOpening(event))) this.begin(bytes);
  }

  private begin(bytes: number): void {
    this.begun = true;
    this.events.push(this.held, bytes);
    this.held = [];
    this.outcome.resolve({ head: this.head, events: this.events });
  }
}

/** Converts an exception frame to a GatewayError. */
export function errorOfExceptionFrame(frame: EventStreamFrame, head: UpstreamResponseHead): Error {
  return fromAwsError({
    exception: frame.name,
    message: messageOf(frame.payload),
    upstreamRequestId: head.requestId,
  });
}

function messageOf(payload: string): string {
  try {
    const body = JSON.parse(payload) as { message?: string; originalMessage?: string };
    return body.message ?? body.originalMessage ?? '';
  } catch {
    return payload.slice(0, 500);
  }
}
