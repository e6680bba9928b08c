import type { ResponseOutputItem } from 'openai/resources/responses/responses';

import type { ResponseEventSink } from './responses-events.ts';

/** Status of an ended item: `incomplete` if the token limit or a content filter truncated it. */
export type ItemEndStatus = 'completed' | 'incomplete';

/** The id of an item and its index in the output. */
export interface OutputSlot {
  id: string;
  output_index: number;
}

/** Assigns ids and indexes to the items of an answer, in the order in which they begin, and collects the ended items. */
export class OutputSlots {
  private readonly items: (ResponseOutputItem | undefined)[] = [];
  private readonly answerId: string;
  readonly sink: ResponseEventSink;

  constructor(answerId: string, sink: ResponseEventSink) {
    this.answerId = answerId;
    this.sink = sink;
  }

  /** Assigns the next slot. The id consists of the prefix, the id of the answer and the index: `msg_…01`. */
  take(prefix: string): OutputSlot {
    const output_index = this.items.length;
    this.items.push(undefined);
    return { id: `${prefix}_${this.answerId}${String(output_index).padStart(2, '0')}`, output_index };
  }

  /** Sends the event that an item has begun. */
  begin({ output_index }: OutputSlot, item: ResponseOutputItem): void {
    this.sink.add('response.output_item.added', { output_index, item });
  }

  /** Stores an ended item and sends its event. */
  finish({ output_index }: OutputSlot, item: ResponseOutputItem): void {
    this.items[output_index] = item;
    this.sink.add('response.output_item.done', { output_index, item });
  }

  /** The ended items, in the order of their indexes. */
  get finished(): ResponseOutputItem[] {
    return this.items.filter((item) => item !== undefined);
  }
}
