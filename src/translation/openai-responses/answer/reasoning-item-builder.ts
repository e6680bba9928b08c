import type { ResponseReasoningItem } from 'openai/resources/responses/responses';

import { deltaTemplateOf, type DeltaTemplate } from './responses-events.ts';
import type { ItemEndStatus, OutputSlot, OutputSlots } from './output-slots.ts';

/** Builds one reasoning item: the visible thinking as its summary, the signed thinking as encrypted content. */
export class ReasoningItemBuilder {
  private readonly slots: OutputSlots;
  private readonly slot: OutputSlot;
  private deltaTemplate?: DeltaTemplate;
  private text = '';

  constructor(slots: OutputSlots) {
    this.slots = slots;
    this.slot = slots.take('rs');
    slots.begin(this.slot, this.item('in_progress'));
  }

  /** Adds a piece of visible thinking. */
  add(text: string): void {
    if (this.deltaTemplate === undefined) {
      this.slots.sink.add('response.reasoning_summary_part.added', { ...this.address(), part: summaryPart('') });
      this.deltaTemplate = deltaTemplateOf('response.reasoning_summary_text.delta', this.address());
    }
    this.text += text;
    this.slots.sink.piece(this.deltaTemplate, text);
  }

  /**
   * Ends the item.
   *
   * @param encrypted - the signed thinking, encrypted; undefined if the request does not include it
   */
  end(status: ItemEndStatus, encrypted: string | undefined): void {
    if (this.deltaTemplate !== undefined) {
      const { text } = this;
      this.slots.sink.add('response.reasoning_summary_text.done', { ...this.address(), text });
      this.slots.sink.add('response.reasoning_summary_part.done', { ...this.address(), part: summaryPart(text) });
    }
    this.slots.finish(this.slot, {
      ...this.item(status),
      ...(encrypted !== undefined && { encrypted_content: encrypted }),
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
