import type { ResponseOutputItem } from 'openai/resources/responses/responses';

import type { ResponseEventSink } from './responses-events.ts';

/** How an item ended: cut short by the limit of tokens or a filter, or whole. */
export type ItemEndStatus = 'completed' | 'incomplete';

/** A place in the output that an item has taken. */
export interface OutputSlot {
  id: string;
  output_index: number;
}

/** The places of an answer's items, in the order in which they begin. */
export class OutputSlots {
  private readonly items: (ResponseOutputItem | undefined)[] = [];
  private readonly answerId: string;
  readonly sink: ResponseEventSink;

  constructor(answerId: string, sink: ResponseEventSink) {
    this.answerId = answerId;
    this.sink = sink;
  }

  /** Ids are the answer's own with a prefix and the place: `msg_…01`. */
  take(prefix: string): OutputSlot {
    const output_index = this.items.length;
    this.items.push(undefined);
    return { id: `${prefix}_${this.answerId}${String(output_index).padStart(2, '0')}`, output_index };
  }

  /** Tells that an item has begun, as it is at that moment. */
  begin({ output_index }: OutputSlot, item: ResponseOutputItem): void {
    this.sink.add('response.output_item.added', { output_index, item });
  }

  finish({ output_index }: OutputSlot, item: ResponseOutputItem): void {
    this.items[output_index] = item;
    this.sink.add('response.output_item.done', { output_index, item });
  }

  /** The items that are finished. */
  get finished(): ResponseOutputItem[] {
    return this.items.filter((item) => item !== undefined);
  }
}
