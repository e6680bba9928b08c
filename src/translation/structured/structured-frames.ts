import type { GatewayError } from '../../errors.ts';
import type { ConverseEvent } from '../converse/wire.ts';
import type { FrameWriter, SseFrame } from '../dialect.ts';
import type { Check, Expectation } from './expectation.ts';
import { invalidOutput } from './invalid-output.ts';
import { StructuredEvents } from './structured-events.ts';

/** Any dialect's stream of an answer in JSON, which fails at its end where the answer is not what was asked for. */
export class StructuredFrames implements FrameWriter {
  private readonly writer: FrameWriter;
  private readonly expected: Expectation;
  private readonly check: Check;
  private readonly calls: StructuredEvents[] = [];

  constructor(writer: FrameWriter, expected: Expectation, check: Check) {
    this.writer = writer;
    this.expected = expected;
    this.check = check;
  }

  onEvent(event: ConverseEvent, call: number): readonly SseFrame[] {
    const events = (this.calls[call] ??= new StructuredEvents(this.expected, this.check));
    const [first, ...rest] = events.onEvent(event);
    if (first === undefined) return [];
    const frames = this.writer.onEvent(first, call);
    return rest.length === 0 ? frames : [...frames, ...rest.flatMap((each) => this.writer.onEvent(each, call))];
  }

  /** Throws where an answer does not conform: without its end no client takes the stream for whole. */
  onEnd(): readonly SseFrame[] {
    // A hole in the list is a call that said nothing, which the transport has told of.
    const failed = this.calls.find((events) => events?.problem !== undefined);
    if (failed) throw invalidOutput(failed.problem ?? '');
    return this.writer.onEnd();
  }

  onFailure(failure: GatewayError): readonly SseFrame[] | undefined {
    return this.writer.onFailure?.(failure);
  }
}
