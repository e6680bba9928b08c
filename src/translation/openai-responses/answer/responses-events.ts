import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { SseFrame } from '../../../wire/sse-frame.ts';

type EventType = ResponseStreamEvent['type'];

/** Where the events of an answer in the making go. */
export interface ResponseEventSink {
  /** `fields`: everything of the event but its type and number. */
  add(type: EventType, fields: object): void;
  /** One more piece of text; `place` is what `deltaTemplateOf` made of the fields that all pieces share. */
  piece(place: DeltaTemplate, delta: string): void;
}

/** The constant part of events that come by the hundred, as JSON. */
export interface DeltaTemplate {
  type: EventType;
  json: string;
}

export function deltaTemplateOf(type: EventType, fields: object): DeltaTemplate {
  return { type, json: JSON.stringify({ type, ...fields }).slice(0, -1) };
}

/** For whole answers: nobody listens. */
export const IGNORE_EVENTS: ResponseEventSink = { add: () => {}, piece: () => {} };

/** The events of one stream as frames, numbered from 0. */
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

  /** What was added since the last time. */
  take(): readonly SseFrame[] {
    const { frames } = this;
    this.frames = [];
    return frames;
  }
}
