import { readAnswerExtras } from '../../answer/answer-extras.ts';
import { AnswerUsage, type ThinkingFieldStyle } from '../../answer/answer-usage.ts';
import { usageOfEvent } from '../../../wire/usage.ts';
import type { ConverseEvent, StreamMetadata } from '../../../wire/converse.ts';
import { type FrameWriter, type AnswerOptions } from '../../dialect.ts';
import { thinkingFieldStyleOf } from '../../generation/extension-fields.ts';
import { ChatChoiceStream } from './chat-choice-stream.ts';
import { ChatChunks } from './chat-chunks.ts';
import { chatToolFormatOf, type ChatToolFormat } from '../request/chat-tool-format.ts';
import type { SseFrame } from '../../../wire/sse-frame.ts';
import { SSE_DONE, NO_FRAMES } from '../../../wire/sse-frame.ts';
import type { ChatRequest } from '../chat-request.types.ts';

/** The state of one streamed answer. Upstream call and choice have the same number. */
class ChatStream implements FrameWriter {
  private readonly wording: ThinkingFieldStyle;
  private readonly includeUsage: boolean;
  private readonly chunks: ChatChunks;
  private readonly form: ChatToolFormat;
  private readonly reply: AnswerOptions;
  private readonly tally = new AnswerUsage();
  private readonly asksForTier: boolean;
  /** By upstream call. */
  private readonly choices: ChatChoiceStream[] = [];
  private readonly metadata: StreamMetadata[] = [];

  constructor(request: ChatRequest, reply: AnswerOptions) {
    this.wording = thinkingFieldStyleOf(request, reply);
    this.asksForTier = typeof request.service_tier === 'string';
    this.includeUsage = request.stream_options?.include_usage === true;
    this.chunks = new ChatChunks(reply, this.includeUsage ? 'included' : 'absent', this.wording);
    this.form = chatToolFormatOf(request);
    this.reply = reply;
  }

  onEvent(event: ConverseEvent, call: number): readonly SseFrame[] {
    if (!event.metadata) return this.choice(call).onEvent(event);
    this.metadata[call] = event.metadata;
    const usage = usageOfEvent(event);
    if (usage) this.tally.addUsage(usage);
    return NO_FRAMES;
  }

  onEnd(): readonly SseFrame[] {
    const extras = readAnswerExtras(this.metadata);
    if (this.includeUsage) return [this.chunks.usage(this.tally.toUsage(this.wording), extras), SSE_DONE];
    const isTold = extras.guardrail_trace !== undefined || (this.asksForTier && extras.service_tier !== undefined);
    return isTold ? [this.chunks.extras(extras), SSE_DONE] : [SSE_DONE];
  }

  private choice(call: number): ChatChoiceStream {
    return (this.choices[call] ??= new ChatChoiceStream(call, this.chunks, this.form, this.tally, this.reply));
  }
}

export function chatStream(request: ChatRequest, reply: AnswerOptions): FrameWriter {
  return new ChatStream(request, reply);
}
