import { answerEnding } from '../../answer/stop-reason.ts';
import { withModelMark, type SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import { StreamSources } from '../../answer/stream-sources.ts';
import type { AnswerUsage } from '../../answer/answer-usage.ts';
import { ThinkingAssembler } from '../../thinking-blocks/thinking-assembler.ts';
import type { ContentBlockDelta, ConverseEvent } from '../../../wire/converse.ts';
import { refusalTextOf } from '../../answer/model-refusal.ts';
import { type AnswerOptions } from '../../dialect.ts';
import { ChatToolCallStream } from './chat-tool-call-stream.ts';
import type { ChatChunks } from './chat-chunks.ts';
import { toThinkingBlock } from '../request/chat-thinking.ts';
import { chatFinishReason, type ChatToolFormat } from '../request/chat-tool-format.ts';
import type { SseFrame } from '../../../wire/sse-frame.ts';
import { NO_FRAMES } from '../../../wire/sse-frame.ts';

type MessageStop = NonNullable<ConverseEvent['messageStop']>;

/** Converts the events of one upstream call to the chunks of one choice. */
export class ChatChoiceStream {
  private readonly index: number;
  private readonly chunks: ChatChunks;
  private readonly form: ChatToolFormat;
  private readonly answerUsage: AnswerUsage;
  private readonly reply: AnswerOptions;
  private readonly calls: ChatToolCallStream;
  private readonly thinking = new ThinkingAssembler();
  private readonly sources = new StreamSources();
  /** Signed thinking since the last tool call. */
  private latestThinking: SignedThinking[] = [];

  constructor(index: number, chunks: ChatChunks, form: ChatToolFormat, answerUsage: AnswerUsage, reply: AnswerOptions) {
    this.index = index;
    this.chunks = chunks;
    this.form = form;
    this.answerUsage = answerUsage;
    this.reply = reply;
    this.calls = new ChatToolCallStream(index, chunks, form);
  }

  /** Returns the frames for one event. */
  onEvent(event: ConverseEvent): readonly SseFrame[] {
    // Deltas are checked first, because most events are deltas.
    if (event.contentBlockDelta) {
      const { contentBlockIndex = 0, delta } = event.contentBlockDelta;
      if (!this.thinking.endsBefore(contentBlockIndex)) return this.onDelta(contentBlockIndex, delta);
      return [...this.endThinking(), ...this.onDelta(contentBlockIndex, delta)];
    }
    if (event.messageStart) return [this.chunks.role(this.index)];
    if (event.contentBlockStart) return this.onStart(event.contentBlockStart);
    if (event.contentBlockStop) {
      const ended = this.calls.end(event.contentBlockStop.contentBlockIndex ?? 0);
      return [...this.endThinking(), ...ended, ...this.endSources()];
    }
    if (event.messageStop) return this.onStop(event.messageStop);
    // `ChatStream` counts usage for all choices, and the transport handles exception events.
    return NO_FRAMES;
  }

  private onStart({
    start,
    contentBlockIndex = 0,
  }: NonNullable<ConverseEvent['contentBlockStart']>): readonly SseFrame[] {
    const ended = this.endThinking();
    if (!start?.toolUse) return ended;
    const { toolUseId = '', name = '' } = start.toolUse;
    return [...ended, ...this.calls.start(contentBlockIndex, this.clientCallId(toolUseId, name), name)];
  }

  private onDelta(block: number, delta: ContentBlockDelta | undefined): readonly SseFrame[] {
    if (delta?.text) {
      this.answerUsage.addText(delta.text);
      this.sources.addText(delta.text);
      return [this.chunks.text(this.index, delta.text)];
    }
    if (delta?.toolUse?.input) {
      this.answerUsage.addText(delta.toolUse.input);
      return this.calls.piece(block, delta.toolUse.input);
    }
    if (delta?.citation) this.sources.addCitation(delta.citation);
    if (!delta?.reasoningContent) return NO_FRAMES;
    this.thinking.add(block, delta.reasoningContent);
    if (!delta.reasoningContent.text) return NO_FRAMES;
    this.answerUsage.addReasoning(delta.reasoningContent.text);
    return this.chunks.reasoning(this.index, delta.reasoningContent.text);
  }

  private onStop({ stopReason, additionalModelResponseFields }: MessageStop): SseFrame[] {
    // Bedrock may send `messageStop` without a stop event for each block.
    const ends = [...this.endThinking(), ...this.calls.endAll(), ...this.endSources()];
    const reason = chatFinishReason(answerEnding(stopReason).chat, this.calls.total, this.form);
    const refusal = refusalTextOf(additionalModelResponseFields);
    const refusalChunks = refusal === undefined ? [] : [this.chunks.delta(this.index, { refusal })];
    return [...ends, ...refusalChunks, this.chunks.finish(this.index, reason)];
  }

  private endSources(): SseFrame[] {
    const sources = this.sources.endBlock();
    return sources === undefined ? [] : [this.chunks.sources(this.index, sources)];
  }

  private endThinking(): readonly SseFrame[] {
    const signed = this.thinking.end();
    if (!signed) return NO_FRAMES;
    this.latestThinking.push(signed);
    const block = toThinkingBlock(withModelMark(signed, this.reply.thinkingBoundTo));
    return this.chunks.thinkingBlock(this.index, block);
  }

  /** Stores the thinking that precedes a call, and returns the id of the call for the client. */
  private clientCallId(id: string, sentName: string): string {
    const { latestThinking } = this;
    this.latestThinking = [];
    // The deprecated `function_call` has no id by which the thinking could be found.
    if (latestThinking.length === 0 || !this.reply.saveThinking || this.form.field === 'function_call') return id;
    return this.reply.saveThinking({ id, name: this.form.names.toClient(sentName) }, latestThinking);
  }
}
