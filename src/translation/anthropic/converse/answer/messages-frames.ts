import { readAnswerExtras } from '../../../answer/answer-extras.ts';
import { matchedStop } from '../../../answer/emulated-stops.ts';
import { usageOfEvent } from '../../../../wire/usage/converse-usage.ts';
import type { ConverseEvent, StreamMetadata } from '../../../../wire/converse.ts';
import { type FrameWriter, type AnswerOptions } from '../../../dialect.ts';
import type { MessagesRequest } from '../../types.ts';
import { refusalTextOf } from '../../../answer/model-refusal.ts';
import { ZERO_USAGE, type Usage } from '../../../../usage/usage.ts';
import { MessageBlockStream } from './messages-block-stream.ts';
import { messageEndingOf, type MessageEnding, toAnthropicUsage } from './message-ending.ts';
import { anthropicFrame } from './messages-frame.ts';
import { messagesToolNames } from '../request/messages-tools.ts';
import { messageStartOf } from './messages-response.ts';
import type { SseFrame } from '../../../../wire/sse-frame.ts';
import { NO_FRAMES } from '../../../../wire/sse-frame.ts';

/** State of one streamed answer. The sink reports failures, as Anthropic's `error` event. */
class MessagesStream implements FrameWriter {
  private readonly request: MessagesRequest;
  private readonly answerOptions: AnswerOptions;
  private readonly blocks: MessageBlockStream;
  private begun = false;
  private ending: MessageEnding = { stop_reason: 'end_turn', stop_sequence: null };
  private usage: Usage = ZERO_USAGE;
  private metadata?: StreamMetadata;

  constructor(request: MessagesRequest, answerOptions: AnswerOptions) {
    this.request = request;
    this.answerOptions = answerOptions;
    this.blocks = new MessageBlockStream(messagesToolNames(request));
  }

  onEvent(event: ConverseEvent): readonly SseFrame[] {
    // Deltas are checked first, because nearly every event is one.
    if (event.contentBlockDelta && this.begun) return this.blocks.onDelta(event.contentBlockDelta);
    if (event.metadata) {
      this.metadata = event.metadata;
      this.usage = usageOfEvent(event) ?? ZERO_USAGE;
      return NO_FRAMES;
    }
    const begin = this.begin();
    const frames = this.read(event);
    return begin.length === 0 ? frames : [...begin, ...frames];
  }

  onEnd(): readonly SseFrame[] {
    const { guardrail_trace: trace } = readAnswerExtras(this.metadata ? [this.metadata] : []);
    const usage = toAnthropicUsage(this.usage, this.metadata?.serviceTier);
    return [
      ...this.begin(),
      ...this.blocks.end(),
      anthropicFrame('message_delta', { delta: this.ending, usage, ...(trace && { guardrail_trace: trace }) }),
      anthropicFrame('message_stop', {}),
    ];
  }

  private read({ contentBlockStart, contentBlockDelta, contentBlockStop, messageStop }: ConverseEvent): SseFrame[] {
    if (contentBlockDelta) return this.blocks.onDelta(contentBlockDelta);
    if (contentBlockStart) return this.blocks.onStart(contentBlockStart);
    if (contentBlockStop) return this.blocks.end();
    if (!messageStop) return [];
    const refusal = refusalTextOf(messageStop.additionalModelResponseFields);
    const refusalFrames = refusal === undefined ? [] : this.blocks.whole(refusal);
    const { stopReason, additionalModelResponseFields: fields } = messageStop;
    const matched = matchedStop(fields);
    this.ending = messageEndingOf({ stopReason, calls: this.blocks.calls, refusal, matched }, this.request);
    // Bedrock may send `messageStop` without ending every block.
    return [...refusalFrames, ...this.blocks.end()];
  }

  /**
   * Returns the frame that starts the message. Converse reports usage at the end only, so the prompt's tokens are 0
   * here; the last event has the totals.
   */
  private begin(): SseFrame[] {
    if (this.begun) return [];
    this.begun = true;
    const open = { content: [], stop_reason: null, stop_sequence: null, usage: toAnthropicUsage(ZERO_USAGE) };
    return [anthropicFrame('message_start', { message: { ...messageStartOf(this.answerOptions), ...open } })];
  }
}

/** Creates the writer of a streamed answer. */
export function messagesStream(request: MessagesRequest, answerOptions: AnswerOptions): FrameWriter {
  return new MessagesStream(request, answerOptions);
}
