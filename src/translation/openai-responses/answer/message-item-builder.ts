import type { ResponseOutputMessage, ResponseOutputText } from 'openai/resources/responses/responses';

import type { Citation, DocumentCitation } from '../../answer/citations.ts';
import { StreamSources } from '../../answer/stream-sources.ts';
import { deltaTemplateOf, type DeltaTemplate } from './responses-events.ts';
import type { ItemEndStatus, OutputSlot, OutputSlots } from './output-slots.ts';

type Annotation = ResponseOutputText['annotations'][number];

/** OpenAI's text part, with citations of documents. Citations of URLs are in `annotations`. */
interface OutputText extends ResponseOutputText {
  citations?: DocumentCitation[];
}

/** Builds one message item from consecutive text of an answer: one text part, with its events. */
export class MessageItemBuilder {
  private readonly slots: OutputSlots;
  private readonly slot: OutputSlot;
  private readonly deltaTemplate: DeltaTemplate;
  private readonly sources = new StreamSources();
  private readonly annotations: Annotation[] = [];
  private readonly citations: DocumentCitation[] = [];
  private text = '';

  constructor(slots: OutputSlots) {
    this.slots = slots;
    this.slot = slots.take('msg');
    slots.begin(this.slot, this.message('in_progress', []));
    slots.sink.add('response.content_part.added', { ...this.address(), part: this.part() });
    this.deltaTemplate = deltaTemplateOf('response.output_text.delta', { ...this.address(), logprobs: [] });
  }

  /** Adds a piece of text. */
  add(text: string): void {
    this.text += text;
    this.sources.addText(text);
    this.slots.sink.piece(this.deltaTemplate, text);
  }

  /** Adds a citation of the current block. */
  cite(citation: Citation): void {
    this.sources.addCitation(citation);
  }

  /** Ends a content block and sends its annotations. The end of the cited text is not known earlier. */
  endBlock(): void {
    const sources = this.sources.endBlock();
    this.citations.push(...(sources?.citations ?? []));
    for (const { url_citation: citation } of sources?.annotations ?? []) {
      const annotation: Annotation = { type: 'url_citation', ...citation };
      this.slots.sink.add('response.output_text.annotation.added', {
        ...this.address(),
        annotation_index: this.annotations.length,
        annotation,
      });
      this.annotations.push(annotation);
    }
  }

  /** Ends the item. */
  end(status: ItemEndStatus): void {
    this.endBlock();
    const { sink } = this.slots;
    const part = this.part();
    sink.add('response.output_text.done', { ...this.address(), text: this.text, logprobs: [] });
    sink.add('response.content_part.done', { ...this.address(), part });
    this.slots.finish(this.slot, this.message(status, [part]));
  }

  private address() {
    return { item_id: this.slot.id, output_index: this.slot.output_index, content_index: 0 };
  }

  private part(): OutputText {
    const { text, annotations, citations } = this;
    return {
      type: 'output_text',
      text,
      annotations: [...annotations],
      logprobs: [],
      ...(citations.length > 0 && { citations }),
    };
  }

  private message(
    status: ResponseOutputMessage['status'],
    content: ResponseOutputMessage['content'],
  ): ResponseOutputMessage {
    return { id: this.slot.id, type: 'message', role: 'assistant', status, content };
  }
}

/** Adds a message item for a refusal, with all of its events, because the whole refusal is known at once. */
export function addRefusalItem(slots: OutputSlots, refusal: string): void {
  const slot = slots.take('msg');
  const address = { item_id: slot.id, output_index: slot.output_index, content_index: 0 };
  const message = { id: slot.id, type: 'message', role: 'assistant' } as const;
  const part = { type: 'refusal', refusal } as const;
  slots.begin(slot, { ...message, status: 'in_progress', content: [] });
  slots.sink.add('response.content_part.added', { ...address, part: { ...part, refusal: '' } });
  slots.sink.add('response.refusal.delta', { ...address, delta: refusal });
  slots.sink.add('response.refusal.done', { ...address, refusal });
  slots.sink.add('response.content_part.done', { ...address, part });
  slots.finish(slot, { ...message, status: 'completed', content: [part] });
}
