import type { ResponseReasoningItem } from 'openai/resources/responses/responses';

import { deltaTemplateOf, type DeltaTemplate } from './responses-events.ts';
import type { ItemEndStatus, OutputSlot, OutputSlots } from './output-slots.ts';

/** One thought of an answer: what the model shows of it as its summary, what proves it as sealed content. */
export class ReasoningItemBuilder {
  private readonly slots: OutputSlots;
  private readonly slot: OutputSlot;
  private place?: DeltaTemplate;
  private text = '';

  constructor(slots: OutputSlots) {
    this.slots = slots;
    this.slot = slots.take('rs');
    slots.begin(this.slot, this.item('in_progress'));
  }

  add(text: string): void {
    if (this.place === undefined) {
      this.slots.sink.add('response.reasoning_summary_part.added', { ...this.address(), part: summaryPart('') });
      this.place = deltaTemplateOf('response.reasoning_summary_text.delta', this.address());
    }
    this.text += text;
    this.slots.sink.piece(this.place, text);
  }

  /** `sealed`: for clients that asked for it. */
  end(status: ItemEndStatus, sealed: string | undefined): void {
    if (this.place !== undefined) {
      const { text } = this;
      this.slots.sink.add('response.reasoning_summary_text.done', { ...this.address(), text });
      this.slots.sink.add('response.reasoning_summary_part.done', { ...this.address(), part: summaryPart(text) });
    }
    this.slots.finish(this.slot, {
      ...this.item(status),
      ...(sealed !== undefined && { encrypted_content: sealed }),
    });
  }

  private address() {
    return { item_id: this.slot.id, output_index: this.slot.output_index, summary_index: 0 };
  }

  private item(status: ResponseReasoningItem['status']): ResponseReasoningItem {
    const summary = this.text === '' ? [] : [summaryPart(this.text)];
    return { id: this.slot.id, type: 'reasoning', summary, status };
  }
}

function summaryPart(text: string): ResponseReasoningItem.Summary {
  return { type: 'summary_text', text };
}
