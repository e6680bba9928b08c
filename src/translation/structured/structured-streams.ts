import type { ConverseEvent } from '../../wire/converse.ts';
import type { SchemaCheck, ExpectedOutput } from '../json-schema/expected-output.ts';
import { invalidOutput, uncheckedOutput } from './invalid-output.ts';
import { textDroppedNote } from './structured-answer.ts';
import { StructuredEventFilter } from './structured-events.ts';

type Events = readonly ConverseEvent[];

/** Reads the streams of one request whose answers are JSON, for any dialect. */
export class StructuredStreams {
  private readonly expected: ExpectedOutput;
  private readonly check: SchemaCheck;
  private readonly calls: StructuredEventFilter[] = [];

  constructor(expected: ExpectedOutput, check: SchemaCheck) {
    this.expected = expected;
    this.check = check;
  }

  /** The events of one batch of stream number `call`, for the dialect; a promise where an answer ends in it. */
  read(batch: Events, call: number): Events | Promise<Events> {
    const events = (this.calls[call] ??= new StructuredEventFilter(this.expected, this.check));
    const read: ConverseEvent[] = [];
    for (const [index, event] of batch.entries()) {
      const next = events.onEvent(event);
      if (next instanceof Promise) return this.afterCheck(read, next, batch.slice(index + 1), call);
      read.push(...next);
    }
    return read;
  }

  /** What has to be reported of answers that passed: known once they have ended. */
  get adjustments(): readonly string[] {
    const { field, param, isLoose } = this.expected;
    if (!isLoose) return this.calls.some((events) => events?.isTextDropped) ? [textDroppedNote(field)] : [];
    return [
      ...(this.calls.some((events) => events?.problem !== undefined) ? [`${field}=unmet`] : []),
      ...(this.calls.some((events) => events?.unchecked !== undefined) ? [`${param}=unchecked`] : []),
    ];
  }

  /**
   * Throws GatewayError 502 where an answer must conform and does not, or could not be checked: without its end no client
   * takes the stream for whole.
   */
  requireConforming(): void {
    if (this.expected.isLoose) return;
    // A hole in the list is a call without any event, which the transport has reported.
    for (const events of this.calls) {
      if (events?.problem !== undefined) throw invalidOutput(events.problem);
      if (events?.unchecked !== undefined) throw uncheckedOutput(events.unchecked);
    }
  }

  private async afterCheck(read: Events, end: Promise<Events>, rest: Events, call: number): Promise<Events> {
    return [...read, ...(await end), ...(await this.read(rest, call))];
  }
}
