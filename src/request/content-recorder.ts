import type { GatewayError } from '../errors/errors.ts';
import type { Caller } from './caller.ts';

/** Collects the text of a streamed answer as its events pass. */
export interface ContentReader<Event> {
  read(events: readonly Event[]): void;
  end(): void;
}

/** The request to which recorded content belongs. */
interface RecordedCall {
  readonly id: string;
  readonly caller?: Caller;
}

/** Records prompts, answers and failures of requests whose content may be logged. Ignores all others. */
export interface ContentRecorder {
  recordRequest(context: RecordedCall, content: unknown): void;
  recordAnswer(context: RecordedCall, content: unknown): void;
  recordFailure(context: RecordedCall, failure: GatewayError, request?: unknown): void;
  /** Returns a reader of the events of an answer; undefined if the content of the request is not recorded. */
  stream<Event>(context: RecordedCall, textOf: (event: Event) => string): ContentReader<Event> | undefined;
}
