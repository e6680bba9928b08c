import { readAnswerExtras } from '../../answer/answer-extras.ts';
import { AnswerUsage, type ThinkingFieldStyle } from '../../answer/answer-usage.ts';
import { usageOfEvent } from '../../../wire/usage/converse-usage.ts';
import type { ConverseEvent, StreamMetadata } from '../../../wire/converse.ts';
import { type FrameWriter, type AnswerOptions } from '../../dialect.ts';
import { thinkingFieldStyleOf } from '../../generation/extension-fields.ts';
import { ChatChoiceStream } from './chat-choice-stream.ts';
import { ChatChunks } from './chat-chunks.ts';
import { reasoningInclusionOf } from './reasoning-inclusion.ts';
import { chatToolFormatOf, type ChatToolFormat } from '../request/chat-tool-format.ts';
import type { SseFrame } from '../../../wire/sse-frame.ts';
import { SSE_DONE, NO_FRAMES } from '../../../wire/sse-frame.ts';
import type { ChatRequest } from '../chat-request.types.ts';

/** Converts the events of one streamed request. The index of an upstream call is also the index of its choice. */
class ChatStream implements FrameWriter {
  private readonly thinkingStyle: ThinkingFieldStyle;
  private readonly includeUsage: boolean;
  private readonly chunks: ChatChunks;
  private readonly form: ChatToolFormat;
  private readonly reply: AnswerOptions;
  private readonly answerUsage = new AnswerUsage();
  private readonly hasServiceTier: boolean;
  /** By index of the upstream call. */
  private readonly choices: ChatChoiceStream[] = [];
  private readonly metadata: StreamMetadata[] = [];

  constructor(request: ChatRequest, reply: AnswerOptions) {
    this.thinkingStyle = thinkingFieldStyleOf(request, reply);
    this.hasServiceTier = typeof request.service_tier === 'string';
    this.includeUsage = request.stream_options?.include_usage === true;
    this.chunks = new ChatChunks(reply, {
      usage: this.includeUsage ? 'included' : 'absent',
      thinkingStyle: this.thinkingStyle,
      reasoning: reasoningInclusionOf(request),
    });
    this.form = chatToolFormatOf(request);
    this.reply = reply;
  }

  onEvent(event: ConverseEvent, call: number): readonly SseFrame[] {
    if (!event.metadata) return this.choice(call).onEvent(event);
    this.metadata[call] = event.metadata;
    const usage = usageOfEvent(event);
    if (usage) this.answerUsage.addUsage(usage);
    return NO_FRAMES;
  }

  onEnd(): readonly SseFrame[] {
    const extras = readAnswerExtras(this.metadata);
    if (this.includeUsage) return [this.chunks.usage(this.answerUsage.toUsage(this.thinkingStyle), extras), SSE_DONE];
    const hasExtras =
      extras.guardrail_trace !== undefined || (this.hasServiceTier && extras.service_tier !== undefined);
    return hasExtras ? [this.chunks.extras(extras), SSE_DONE] : [SSE_DONE];
  }

  private choice(call: number): ChatChoiceStream {
    return (this.choices[call] ??= new ChatChoiceStream(call, this.chunks, this.form, this.answerUsage, this.reply));
  }
}

/** Creates the writer of a streamed response. */
export function chatStream(request: ChatRequest, reply: AnswerOptions): FrameWriter {
  return new ChatStream(request, reply);
}
