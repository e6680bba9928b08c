import type { ConverseEvent } from '../../wire/converse.ts';
import type { SchemaCheck, ExpectedOutput } from '../json-schema/expected-output.ts';
import { invalidOutput, uncheckedOutput } from './invalid-output.ts';
import { textDroppedNote } from './structured-answer.ts';
import { StructuredEventFilter } from './structured-events.ts';

type Events = readonly ConverseEvent[];

/** Converts and checks the JSON of all streams of one request, for any dialect. */
export class StructuredStreams {
  private readonly expected: ExpectedOutput;
  private readonly check: SchemaCheck;
  /** By index of the upstream call. */
  private readonly filters: StructuredEventFilter[] = [];

  constructor(expected: ExpectedOutput, check: SchemaCheck) {
    this.expected = expected;
    this.check = check;
  }

  /**
   * Returns the events of one batch for the dialect; a promise if the batch ends an answer.
   *
   * @param call - index of the upstream call
   */
  read(batch: Events, call: number): Events | Promise<Events> {
    const filter = (this.filters[call] ??= new StructuredEventFilter(this.expected, this.check));
    const converted: ConverseEvent[] = [];
    for (const [index, event] of batch.entries()) {
      const next = filter.onEvent(event);
      if (next instanceof Promise) return this.afterCheck(converted, next, batch.slice(index + 1), call);
      converted.push(...next);
    }
    return converted;
  }

  /** The entries of `x-outcrop-adjusted` for answers that reached the client; complete once all streams have ended. */
  get adjustments(): readonly string[] {
    const { field, param, isLoose } = this.expected;
    if (!isLoose) return this.filters.some((filter) => filter?.isTextDropped) ? [textDroppedNote(field)] : [];
    return [
      ...(this.filters.some((filter) => filter?.problem !== undefined) ? [`${field}=unmet`] : []),
      ...(this.filters.some((filter) => filter?.unchecked !== undefined) ? [`${param}=unchecked`] : []),
    ];
  }

  /**
   * Throws GatewayError 502 if a strict answer does not conform or could not be checked. Its stream has no end, so clients do
   * not take it for complete.
   */
  requireConforming(): void {
    if (this.expected.isLoose) return;
    // The list has a hole for a call without any event. The transport has reported that failure.
    for (const filter of this.filters) {
      if (filter?.problem !== undefined) throw invalidOutput(filter.problem);
      if (filter?.unchecked !== undefined) throw uncheckedOutput(filter.unchecked);
    }
  }

  private async afterCheck(converted: Events, end: Promise<Events>, rest: Events, call: number): Promise<Events> {
    return [...converted, ...(await end), ...(await this.read(rest, call))];
  }
}
