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

/** One choice of a streamed answer: the events of one upstream call. */
export class ChatChoiceStream {
  private readonly index: number;
  private readonly chunks: ChatChunks;
  private readonly form: ChatToolFormat;
  private readonly tally: AnswerUsage;
  private readonly reply: AnswerOptions;
  private readonly calls: ChatToolCallStream;
  private readonly thoughts = new ThinkingAssembler();
  private readonly sources = new StreamSources();
  /** Signed thoughts since the last call. */
  private latest: SignedThinking[] = [];

  constructor(index: number, chunks: ChatChunks, form: ChatToolFormat, tally: AnswerUsage, reply: AnswerOptions) {
    this.index = index;
    this.chunks = chunks;
    this.form = form;
    this.tally = tally;
    this.reply = reply;
    this.calls = new ChatToolCallStream(index, chunks, form);
  }

  onEvent(event: ConverseEvent): readonly SseFrame[] {
    // Deltas first: nearly every event is one.
    if (event.contentBlockDelta) {
      const { contentBlockIndex = 0, delta } = event.contentBlockDelta;
      if (!this.thoughts.endsBefore(contentBlockIndex)) return this.onDelta(contentBlockIndex, delta);
      return [...this.endThought(), ...this.onDelta(contentBlockIndex, delta)];
    }
    if (event.messageStart) return [this.chunks.role(this.index)];
    if (event.contentBlockStart) return this.onStart(event.contentBlockStart);
    if (event.contentBlockStop) {
      const ended = this.calls.end(event.contentBlockStop.contentBlockIndex ?? 0);
      return [...this.endThought(), ...ended, ...this.endSources()];
    }
    if (event.messageStop) return this.onStop(event.messageStop);
    // Usage is counted for all choices together; exceptions are the transport's.
    return NO_FRAMES;
  }

  private onStart({ start, contentBlockIndex = 0 }: NonNullable<ConverseEvent['contentBlockStart']>): SseFrame[] {
    const ended = this.endThought();
    if (!start?.toolUse) return ended;
    const { toolUseId = '', name = '' } = start.toolUse;
    return [...ended, ...this.calls.start(contentBlockIndex, this.callId(toolUseId, name), name)];
  }

  private onDelta(block: number, delta: ContentBlockDelta | undefined): readonly SseFrame[] {
    if (delta?.text) {
      this.tally.addText(delta.text);
      this.sources.addText(delta.text);
      return [this.chunks.text(this.index, delta.text)];
    }
    if (delta?.toolUse?.input) {
      this.tally.addText(delta.toolUse.input);
      return this.calls.piece(block, delta.toolUse.input);
    }
    if (delta?.citation) this.sources.addCitation(delta.citation);
    if (!delta?.reasoningContent) return NO_FRAMES;
    this.thoughts.add(block, delta.reasoningContent);
    if (!delta.reasoningContent.text) return NO_FRAMES;
    this.tally.addReasoning(delta.reasoningContent.text);
    return [this.chunks.reasoning(this.index, delta.reasoningContent.text)];
  }

  private onStop({ stopReason, additionalModelResponseFields }: MessageStop): SseFrame[] {
    // Blocks need not be ended before the message is.
    const ends = [...this.endThought(), ...this.calls.endAll(), ...this.endSources()];
    const reason = chatFinishReason(answerEnding(stopReason).chat, this.calls.total, this.form);
    const refusal = refusalTextOf(additionalModelResponseFields);
    const refused = refusal === undefined ? [] : [this.chunks.delta(this.index, { refusal })];
    return [...ends, ...refused, this.chunks.finish(this.index, reason)];
  }

  private endSources(): SseFrame[] {
    const sources = this.sources.endBlock();
    return sources === undefined ? [] : [this.chunks.sources(this.index, sources)];
  }

  private endThought(): SseFrame[] {
    const thought = this.thoughts.end();
    if (!thought) return [];
    this.latest.push(thought);
    const block = toThinkingBlock(withModelMark(thought, this.reply.thoughtsBoundTo));
    return [this.chunks.delta(this.index, { thinking_blocks: [block] })];
  }

  private callId(id: string, sent: string): string {
    const { latest } = this;
    this.latest = [];
    if (latest.length === 0 || !this.reply.keepThoughts || this.form.field === 'function_call') return id;
    return this.reply.keepThoughts({ id, name: this.form.names.toClient(sent) }, latest);
  }
}
