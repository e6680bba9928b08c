import type { Dispatcher } from 'undici';
import type { UpstreamCallSpan } from '../tracing/upstream-span.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import { fromAwsError, incompleteStream } from '../errors/bedrock-errors.ts';
import { EventBatches } from './event-batches.ts';
import { EventStreamDecoder, type EventStreamFrame } from './event-stream.ts';
import { postSigned, type BodySink, type UpstreamResponseHead, type UpstreamRequest } from './transport.ts';

/** How one operation says its answer in frames. Runs once a frame: synchronous, and keeps nothing. */
export interface StreamFormat<Event> {
  /** Set where events carry the bytes of their frames. */
  bytes?: 'kept';
  /** Set where only the transport can tell whether a stream is whole. */
  end?: 'anywhere';
  /** Throws GatewayError for failures that the operation tells by an event. */
  toEvent(frame: EventStreamFrame, head: UpstreamResponseHead): Event;
  /** Says only that there will be an answer: a failure behind it can still be retried. */
  isOpening(event: Event): boolean;
  /** After this event the answer is whole, however the connection ends. */
  isLast(event: Event): boolean;
  /** Tells a span what the events say, where they are read anyway; without it what was used is told when it is booked. */
  trace?(events: readonly Event[], trace: UpstreamCallSpan): void;
}

export interface OpenedStream<Event> {
  head: UpstreamResponseHead;
  events: EventBatches<Event>;
}

/**
 * Opens a stream. Resolves with the first event that says more than that it begins: until then every failure,
 * also an exception that arrives as a frame, is a refusal that can be retried.
 */
export function openEventStream<Event>(
  pool: Dispatcher,
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

/** Turns body chunks into batches of events and watches that the stream is whole. */
class EventStreamSink<Event> implements BodySink {
  private readonly decoder: EventStreamDecoder;
  private readonly events: EventBatches<Event>;
  private readonly head: UpstreamResponseHead;
  private readonly form: StreamFormat<Event>;
  private readonly trace?: UpstreamCallSpan;
  private readonly outcome: { resolve: (stream: OpenedStream<Event>) => void; reject: (error: Error) => void };
  /** Events that came before the stream counts as begun. */
  private held: Event[] = [];
  begun = false;
  /** The last event has come; a connection that ends without it was cut, whatever the transport says. */
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
    if (this.trace) this.tellEnd(this.trace, problem);
    if (!this.begun && problem) return this.outcome.reject(problem);
    if (!this.begun) this.begin(0);
    if (problem) this.events.fail(problem);
    else this.events.end();
  }

  private tellEnd(trace: UpstreamCallSpan, problem: Error | undefined): void {
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
      this.trace.heardFrom();
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

/** What an exception frame says, as a failure. */
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
