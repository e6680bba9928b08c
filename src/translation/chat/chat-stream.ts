import { finishReason } from '../converse/stop-reason.ts';
import { Tally, type Wording } from '../converse/tally.ts';
import { usageOfEvent } from '../converse/usage.ts';
import type { ContentBlockDelta, ConverseEvent } from '../converse/wire.ts';
import { DONE, NO_FRAMES, type FrameWriter, type Reply, type SseFrame } from '../dialect.ts';
import { wordingOf } from '../extension-fields.ts';
import { ChatChunks } from './chat-chunks.ts';
import type { ChatRequest } from './chat-request.ts';

/** The state of one streamed answer. Upstream call and choice have the same number. */
class ChatStream implements FrameWriter {
  private readonly wording: Wording;
  private readonly includeUsage: boolean;
  private readonly chunks: ChatChunks;
  private readonly tally = new Tally();

  constructor(request: ChatRequest, reply: Reply) {
    this.wording = wordingOf(request, reply);
    this.includeUsage = request.stream_options?.include_usage === true;
    this.chunks = new ChatChunks(reply, this.includeUsage ? 'included' : 'absent', this.wording);
  }

  onEvent(event: ConverseEvent, call: number): readonly SseFrame[] {
    // Deltas first: nearly every event is one.
    if (event.contentBlockDelta) return this.onDelta(event.contentBlockDelta.delta, call);
    if (event.messageStart) return [this.chunks.role(call)];
    if (event.messageStop) return [this.chunks.finish(call, finishReason(event.messageStop.stopReason))];
    const usage = usageOfEvent(event);
    if (usage) this.tally.addUsage(usage);
    // Starts and stops of blocks are nothing that chat chunks tell; exceptions are the transport's.
    return NO_FRAMES;
  }

  onEnd(): readonly SseFrame[] {
    return this.includeUsage ? [this.chunks.usage(this.tally.toUsage(this.wording)), DONE] : [DONE];
  }

  private onDelta(delta: ContentBlockDelta | undefined, call: number): readonly SseFrame[] {
    if (delta?.text) {
      this.tally.addText(delta.text);
      return [this.chunks.text(call, delta.text)];
    }
    if (delta?.reasoningContent?.text) {
      this.tally.addReasoning(delta.reasoningContent.text);
      return [this.chunks.reasoning(call, delta.reasoningContent.text)];
    }
    return NO_FRAMES;
  }
}

export function chatStream(request: ChatRequest, reply: Reply): FrameWriter {
  return new ChatStream(request, reply);
}
