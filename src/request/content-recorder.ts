import type { GatewayError } from '../errors/errors.ts';
import type { Caller } from './caller.ts';

/** The text of a streamed answer, gathered as it passes. */
export interface ContentReader<Event> {
  read(events: readonly Event[]): void;
  end(): void;
}

/** The request that a line about content belongs to. */
interface RecordedCall {
  readonly id: string;
  readonly caller?: Caller;
}

/** Records prompts, answers and failures of the calls whose content may be logged, and ignores all others. */
export interface ContentRecorder {
  asked(context: RecordedCall, content: unknown): void;
  answered(context: RecordedCall, content: unknown): void;
  failed(context: RecordedCall, failure: GatewayError, request?: unknown): void;
  /** Returns a reader of the events of an answer; undefined if the content of the call is not recorded. */
  stream<Event>(context: RecordedCall, textOf: (event: Event) => string): ContentReader<Event> | undefined;
}
