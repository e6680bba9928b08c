import { answerExtras } from '../answer-extras.ts';
import { StreamSources } from '../converse/stream-sources.ts';
import { finishReason } from '../converse/stop-reason.ts';
import { Tally, type Wording } from '../converse/tally.ts';
import { usageOfEvent } from '../converse/usage.ts';
import type { ContentBlockDelta, ConverseEvent, StreamMetadata } from '../converse/wire.ts';
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
  private readonly asksForTier: boolean;
  /** By upstream call. */
  private readonly sources: StreamSources[] = [];
  private readonly metadata: StreamMetadata[] = [];

  constructor(request: ChatRequest, reply: Reply) {
    this.wording = wordingOf(request, reply);
    this.asksForTier = typeof request.service_tier === 'string';
    this.includeUsage = request.stream_options?.include_usage === true;
    this.chunks = new ChatChunks(reply, this.includeUsage ? 'included' : 'absent', this.wording);
  }

  onEvent(event: ConverseEvent, call: number): readonly SseFrame[] {
    // Deltas first: nearly every event is one.
    if (event.contentBlockDelta) return this.onDelta(event.contentBlockDelta.delta, call);
    if (event.messageStart) return [this.chunks.role(call)];
    if (event.contentBlockStop) return this.onBlockEnd(call);
    if (event.messageStop) {
      // Blocks need not be ended before the message is.
      return [...this.onBlockEnd(call), this.chunks.finish(call, finishReason(event.messageStop.stopReason))];
    }
    if (event.metadata) this.metadata[call] = event.metadata;
    const usage = usageOfEvent(event);
    if (usage) this.tally.addUsage(usage);
    // Starts of blocks are nothing that chat chunks tell; exceptions are the transport's.
    return NO_FRAMES;
  }

  onEnd(): readonly SseFrame[] {
    const extras = answerExtras(this.metadata);
    if (this.includeUsage) return [this.chunks.usage(this.tally.toUsage(this.wording), extras), DONE];
    const isTold = extras.guardrail_trace !== undefined || (this.asksForTier && extras.service_tier !== undefined);
    return isTold ? [this.chunks.extras(extras), DONE] : [DONE];
  }

  private onBlockEnd(call: number): readonly SseFrame[] {
    const sources = this.sources[call]?.endBlock();
    return sources === undefined ? NO_FRAMES : [this.chunks.sources(call, sources)];
  }

  private sourcesOf(call: number): StreamSources {
    return (this.sources[call] ??= new StreamSources());
  }

  private onDelta(delta: ContentBlockDelta | undefined, call: number): readonly SseFrame[] {
    if (delta?.text) {
      this.tally.addText(delta.text);
      this.sourcesOf(call).addText(delta.text);
      return [this.chunks.text(call, delta.text)];
    }
    if (delta?.reasoningContent?.text) {
      this.tally.addReasoning(delta.reasoningContent.text);
      return [this.chunks.reasoning(call, delta.reasoningContent.text)];
    }
    if (delta?.citation) this.sourcesOf(call).addCitation(delta.citation);
    return NO_FRAMES;
  }
}

export function chatStream(request: ChatRequest, reply: Reply): FrameWriter {
  return new ChatStream(request, reply);
}
