import type { ConverseEvent } from '../../wire/converse.ts';

/** What a stream has said, as long as it is one piece of text and nothing else. */
export class PartialAnswerText {
  text = '';
  /** Of the block that the text is in. */
  block?: number;
  private isMore = false;

  read(events: readonly ConverseEvent[]): void {
    for (const event of events) {
      if (event.contentBlockStop || event.messageStop || event.contentBlockStart?.start) this.isMore = true;
      else if (event.contentBlockDelta) this.hear(event.contentBlockDelta);
    }
  }

  /** Whether an answer can go on behind it: whole blocks, calls and thoughts cannot be taken up again. */
  get isOpenText(): boolean {
    return !this.isMore && this.text.trim() !== '';
  }

  private hear({ contentBlockIndex, delta }: NonNullable<ConverseEvent['contentBlockDelta']>): void {
    this.block ??= contentBlockIndex;
    if (delta?.text === undefined || contentBlockIndex !== this.block) this.isMore = true;
    else this.text += delta.text;
  }
}
