import type { ConverseEvent } from '../../wire/converse.ts';

/** The text of a stream, as long as the stream contains one text block and nothing else. */
export class PartialAnswerText {
  text = '';
  /** Index of the content block that contains the text. */
  block?: number;
  private isMore = false;

  read(events: readonly ConverseEvent[]): void {
    for (const event of events) {
      if (event.contentBlockStop || event.messageStop || event.contentBlockStart?.start) this.isMore = true;
      else if (event.contentBlockDelta) this.readDelta(event.contentBlockDelta);
    }
  }

  /**
   * True if another call can continue the answer. A finished block, a tool call or a thinking block cannot be
   * continued.
   */
  get isOpenText(): boolean {
    return !this.isMore && this.text.trim() !== '';
  }

  private readDelta({ contentBlockIndex, delta }: NonNullable<ConverseEvent['contentBlockDelta']>): void {
    this.block ??= contentBlockIndex;
    if (delta?.text === undefined || contentBlockIndex !== this.block) this.isMore = true;
    else this.text += delta.text;
  }
}
