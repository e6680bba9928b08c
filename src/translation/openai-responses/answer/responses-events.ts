import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { SseFrame } from '../../../wire/sse-frame.ts';

type EventType = ResponseStreamEvent['type'];

/** Receives the events of an answer while it is built. */
export interface ResponseEventSink {
  /**
   * Adds an event.
   *
   * @param fields - the fields of the event except `type` and `sequence_number`
   */
  add(type: EventType, fields: object): void;
  /** Adds a delta event. `template` is the result of `deltaTemplateOf`. */
  piece(template: DeltaTemplate, delta: string): void;
}

/** The constant fields of the delta events of one item, serialized once because the events are frequent. */
export interface DeltaTemplate {
  type: EventType;
  /** The JSON of the event, without its closing brace. */
  json: string;
}

/** Serializes the fields that all delta events of an item share. */
export function deltaTemplateOf(type: EventType, fields: object): DeltaTemplate {
  return { type, json: JSON.stringify({ type, ...fields }).slice(0, -1) };
}

/** Sink for whole answers, which have no events. */
export const IGNORE_EVENTS: ResponseEventSink = { add: () => {}, piece: () => {} };

/** Converts the events of one stream to frames. `sequence_number` begins at 0. */
export class ResponseEventFrames implements ResponseEventSink {
  private next = 0;
  private frames: SseFrame[] = [];

  add(type: EventType, fields: object): void {
    const data = JSON.stringify({ type, sequence_number: this.next++, ...fields });
    this.frames.push({ event: type, data });
  }

  piece({ type, json }: DeltaTemplate, delta: string): void {
    this.frames.push({
      event: type,
      data: `${json},"delta":${JSON.stringify(delta)},"sequence_number":${this.next++}}`,
    });
  }

  /** Returns the frames added since the last call. */
  take(): readonly SseFrame[] {
    const { frames } = this;
    this.frames = [];
    return frames;
  }
}
