import type { Dispatcher } from 'undici';
import type { ConverseEvent } from '../translation/converse/wire.ts';
import type { AwsSession } from './aws-session.ts';
import { fromBedrock, incompleteStream } from './bedrock-errors.ts';
import { EventBatches } from './event-batches.ts';
import { EventStreamDecoder, type Frame } from './event-stream.ts';
import { post, type BodySink, type UpstreamHead, type UpstreamRequest } from './transport.ts';

export interface OpenStream {
  head: UpstreamHead;
  events: EventBatches;
}

/**
 * Opens a ConverseStream. Resolves with the first event that says more than `messageStart`: until then
 * every failure, also an exception that arrives as a frame, is a refusal that can be retried.
 */
export function openConverseStream(
  pool: Dispatcher,
  session: AwsSession,
  request: UpstreamRequest,
): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    post(pool, session, request, (head, flow) => new ConverseStreamSink(head, flow, { resolve, reject })).catch(reject);
  });
}

/** Turns body chunks into batches of events and watches that the stream is whole. */
class ConverseStreamSink implements BodySink {
  private readonly decoder = new EventStreamDecoder();
  private readonly events: EventBatches;
  private readonly head: UpstreamHead;
  private readonly outcome: { resolve: (stream: OpenStream) => void; reject: (error: Error) => void };
  /** Events that came before the stream counts as begun. */
  private held: ConverseEvent[] = [];
  begun = false;
  /** `messageStop` has come; a connection that ends without it was cut, whatever the transport says. */
  private stopped = false;

  constructor(head: UpstreamHead, flow: Dispatcher.DispatchController, outcome: ConverseStreamSink['outcome']) {
    this.head = head;
    this.events = new EventBatches(flow);
    this.outcome = outcome;
  }

  data(chunk: Buffer): void {
    const batch: ConverseEvent[] = [];
    try {
      for (const frame of this.decoder.push(chunk)) batch.push(this.toEvent(frame));
    } finally {
      this.deliver(batch);
    }
  }

  close(failure?: Error): void {
    const problem = this.stopped ? undefined : (failure ?? incompleteStream());
    if (!this.begun && problem) return this.outcome.reject(problem);
    if (!this.begun) this.begin();
    if (problem) this.events.fail(problem);
    else this.events.end();
  }

  private toEvent(frame: Frame): ConverseEvent {
    if (frame.messageType !== 'event') {
      const message = messageOf(frame.payload);
      throw fromBedrock({ exception: frame.name, message, upstreamRequestId: this.head.requestId });
    }
    if (frame.name === 'messageStop') this.stopped = true;
    // The wire's event name is the member's name in the SDK's union.
    const event: unknown = { [frame.name]: JSON.parse(frame.payload) };
    return event as ConverseEvent;
  }

  private deliver(batch: ConverseEvent[]): void {
    if (this.begun) {
      if (batch.length > 0) this.events.push(batch);
      return;
    }
    this.held.push(...batch);
    if (batch.some((event) => !('messageStart' in event))) this.begin();
  }

  private begin(): void {
    this.begun = true;
    this.events.push(this.held);
    this.held = [];
    this.outcome.resolve({ head: this.head, events: this.events });
  }
}

function messageOf(payload: string): string {
  try {
    const body = JSON.parse(payload) as { message?: string; originalMessage?: string };
    return body.message ?? body.originalMessage ?? '';
  } catch {
    return payload.slice(0, 500);
  }
}
