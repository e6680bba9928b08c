import { readAnswerExtras } from '../answer/answer-extras.ts';
import { answerEnding } from '../answer/stop-reason.ts';
import { AnswerUsage } from '../answer/answer-usage.ts';
import { usageOfEvent } from '../../wire/usage/converse-usage.ts';
import type { ContentBlockDelta, ConverseEvent, StreamMetadata } from '../../wire/converse.ts';
import { type FrameWriter, type AnswerOptions } from '../dialect.ts';
import { thinkingFieldStyleOf } from '../generation/extension-fields.ts';
import { CompletionsChunks } from './completions-chunks.ts';
import type { CompletionsRequest } from './completions-request.ts';
import { echoOf } from './completions-response.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';
import { SSE_DONE, NO_FRAMES } from '../../wire/sse-frame.ts';

/** Converts the events of one streamed request. The index of an upstream call is also the index of its choice. */
class CompletionsStream implements FrameWriter {
  private readonly request: CompletionsRequest;
  private readonly reply: AnswerOptions;
  private readonly includeUsage: boolean;
  private readonly chunks: CompletionsChunks;
  private readonly answerUsage = new AnswerUsage();
  /** By index of the upstream call. */
  private readonly metadata: StreamMetadata[] = [];

  constructor(request: CompletionsRequest, reply: AnswerOptions) {
    this.request = request;
    this.reply = reply;
    this.includeUsage = request.stream_options?.include_usage === true;
    this.chunks = new CompletionsChunks(reply, this.includeUsage ? 'included' : 'absent');
  }

  onEvent(event: ConverseEvent, call: number): readonly SseFrame[] {
    // Deltas are checked first, because most events are deltas.
    if (event.contentBlockDelta) return this.onDelta(event.contentBlockDelta.delta, call);
    if (event.messageStart) return this.onStart(call);
    if (event.messageStop) return this.onStop(event.messageStop.stopReason, call);
    if (event.metadata) this.metadata[call] = event.metadata;
    const usage = usageOfEvent(event);
    if (usage) this.answerUsage.addUsage(usage);
    return NO_FRAMES;
  }

  onEnd(): readonly SseFrame[] {
    const extras = readAnswerExtras(this.metadata);
    if (!this.includeUsage) return extras.guardrail_trace ? [this.chunks.extras(extras), SSE_DONE] : [SSE_DONE];
    return [
      this.chunks.usage(this.answerUsage.toUsage(thinkingFieldStyleOf(this.request, this.reply)), extras),
      SSE_DONE,
    ];
  }

  private onStart(call: number): readonly SseFrame[] {
    const echo = echoOf(this.request, call);
    return echo === '' ? NO_FRAMES : [this.chunks.text(call, echo)];
  }

  private onDelta(delta: ContentBlockDelta | undefined, call: number): readonly SseFrame[] {
    if (delta?.text) {
      this.answerUsage.addText(delta.text);
      return [this.chunks.text(call, delta.text)];
    }
    if (delta?.reasoningContent?.text) {
      this.answerUsage.addReasoning(delta.reasoningContent.text);
      return [this.chunks.reasoning(call, delta.reasoningContent.text)];
    }
    return NO_FRAMES;
  }

  private onStop(reason: string | undefined, call: number): readonly SseFrame[] {
    return [this.chunks.finish(call, answerEnding(reason).completions)];
  }
}

/** Creates the writer of a streamed response. */
export function completionsStream(request: CompletionsRequest, reply: AnswerOptions): FrameWriter {
  return new CompletionsStream(request, reply);
}
