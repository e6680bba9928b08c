import { finishReason } from '../converse/stop-reason.ts';
import type { Tally } from '../converse/tally.ts';
import type { ContentBlockDelta, ConverseEvent } from '../converse/wire.ts';
import { refusalIn } from '../structured/refusal.ts';
import { NO_FRAMES, type SseFrame } from '../dialect.ts';
import { ChatCallStream } from './chat-call-stream.ts';
import type { ChatChunks } from './chat-chunks.ts';
import { chatFinishReason, type ToolForm } from './chat-tool-form.ts';

type MessageStop = NonNullable<ConverseEvent['messageStop']>;

/** One choice of a streamed answer: the events of one upstream call. */
export class ChatChoiceStream {
  private readonly index: number;
  private readonly chunks: ChatChunks;
  private readonly form: ToolForm;
  private readonly tally: Tally;
  private readonly calls: ChatCallStream;

  constructor(index: number, chunks: ChatChunks, form: ToolForm, tally: Tally) {
    this.index = index;
    this.chunks = chunks;
    this.form = form;
    this.tally = tally;
    this.calls = new ChatCallStream(index, chunks, form);
  }

  onEvent(event: ConverseEvent): readonly SseFrame[] {
    // Deltas first: nearly every event is one.
    if (event.contentBlockDelta) {
      return this.onDelta(event.contentBlockDelta.contentBlockIndex ?? 0, event.contentBlockDelta.delta);
    }
    if (event.messageStart) return [this.chunks.role(this.index)];
    if (event.contentBlockStart) return this.onStart(event.contentBlockStart);
    if (event.contentBlockStop) return this.calls.end(event.contentBlockStop.contentBlockIndex ?? 0);
    if (event.messageStop) return this.onStop(event.messageStop);
    // Usage is counted for all choices together; exceptions are the transport's.
    return NO_FRAMES;
  }

  private onStart({ start, contentBlockIndex = 0 }: NonNullable<ConverseEvent['contentBlockStart']>): SseFrame[] {
    const use = start?.toolUse;
    return use ? this.calls.start(contentBlockIndex, use.toolUseId ?? '', use.name ?? '') : [];
  }

  private onDelta(block: number, delta: ContentBlockDelta | undefined): readonly SseFrame[] {
    if (delta?.text) {
      this.tally.addText(delta.text);
      return [this.chunks.text(this.index, delta.text)];
    }
    if (delta?.toolUse?.input) {
      this.tally.addText(delta.toolUse.input);
      return this.calls.piece(block, delta.toolUse.input);
    }
    if (delta?.reasoningContent?.text) {
      this.tally.addReasoning(delta.reasoningContent.text);
      return [this.chunks.reasoning(this.index, delta.reasoningContent.text)];
    }
    return NO_FRAMES;
  }

  private onStop({ stopReason, additionalModelResponseFields }: MessageStop): SseFrame[] {
    const ends = this.calls.endAll();
    const reason = chatFinishReason(finishReason(stopReason), this.calls.total, this.form);
    const refusal = refusalIn(additionalModelResponseFields);
    const refused = refusal === undefined ? [] : [this.chunks.delta(this.index, { refusal })];
    return [...ends, ...refused, this.chunks.finish(this.index, reason)];
  }
}
