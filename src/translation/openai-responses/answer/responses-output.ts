import type { SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import { answerEnding } from '../../answer/stop-reason.ts';
import type { ResponsesEnding } from '../../../wire/stop-reasons/answer-ending.ts';
import type { AnswerUsage } from '../../answer/answer-usage.ts';
import { ThinkingAssembler } from '../../thinking-blocks/thinking-assembler.ts';
import type { ContentBlockDelta, ConverseEvent } from '../../../wire/converse.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { refusalTextOf } from '../../answer/model-refusal.ts';
import { ToolCallItemBuilder } from './tool-call-item-builder.ts';
import { addRefusalItem, MessageItemBuilder } from './message-item-builder.ts';
import { sealThinking } from '../request/sealed-reasoning.ts';
import type { ItemEndStatus, OutputSlots } from './output-slots.ts';
import { ReasoningItemBuilder } from './reasoning-item-builder.ts';
import type { ResponsesToolFormat } from '../request/tools/responses-tool-form.ts';
import { namespacedName } from '../request/tools/responses-tool-kinds.ts';

type MessageStop = NonNullable<ConverseEvent['messageStop']>;

/** Options for the items of one answer. */
export interface ResponseOutputOptions {
  form: ResponsesToolFormat;
  /** Receives the text of the answer, to estimate reasoning tokens. */
  answerUsage: AnswerUsage;
  reply: AnswerOptions;
  /** Presence of the signed thinking (`encrypted_content`) in reasoning items. */
  encryptedReasoning: 'included' | 'omitted';
}

/** Builds the items of one answer from the events of its upstream call, for streams and whole answers. */
export class ResponseOutput {
  /** The reason why the answer ended; absent until it ends. */
  ending?: ResponsesEnding;
  private readonly slots: OutputSlots;
  private readonly settings: ResponseOutputOptions;
  /** Open tool calls, by Bedrock's index of the content block. */
  private readonly calls = new Map<number, ToolCallItemBuilder>();
  private readonly thinking = new ThinkingAssembler();
  private message?: MessageItemBuilder;
  private reasoning?: ReasoningItemBuilder;
  /** Signed thinking since the last tool call. */
  private latestThinking: SignedThinking[] = [];

  constructor(slots: OutputSlots, settings: ResponseOutputOptions) {
    this.slots = slots;
    this.settings = settings;
  }

  /** Adds one event to the items. */
  onEvent(event: ConverseEvent): void {
    // Deltas are checked first, because most events are deltas.
    if (event.contentBlockDelta) {
      const { contentBlockIndex = 0, delta } = event.contentBlockDelta;
      if (this.thinking.endsBefore(contentBlockIndex)) this.endThinking('completed');
      this.onDelta(contentBlockIndex, delta);
    } else if (event.contentBlockStart) this.onStart(event.contentBlockStart);
    else if (event.contentBlockStop) this.onBlockEnd(event.contentBlockStop.contentBlockIndex ?? 0);
    else if (event.messageStop) this.onStop(event.messageStop);
  }

  private onStart({ start, contentBlockIndex = 0 }: NonNullable<ConverseEvent['contentBlockStart']>): void {
    this.endThinking('completed');
    if (!start?.toolUse) return;
    this.endMessage('completed');
    const { toolUseId = '', name = '' } = start.toolUse;
    const tool = this.settings.form.toolOf(name);
    this.calls.set(
      contentBlockIndex,
      new ToolCallItemBuilder(this.slots, this.clientCallId(toolUseId, namespacedName(tool)), tool),
    );
  }

  private onDelta(block: number, delta: ContentBlockDelta | undefined): void {
    if (delta?.text) {
      this.settings.answerUsage.addText(delta.text);
      this.message ??= new MessageItemBuilder(this.slots);
      this.message.add(delta.text);
    } else if (delta?.toolUse?.input) {
      this.settings.answerUsage.addText(delta.toolUse.input);
      this.calls.get(block)?.add(delta.toolUse.input);
    } else if (delta?.citation) this.message?.cite(delta.citation);
    else if (delta?.reasoningContent) {
      this.endMessage('completed');
      this.thinking.add(block, delta.reasoningContent);
      const { text } = delta.reasoningContent;
      if (!text) return;
      this.settings.answerUsage.addReasoning(text);
      this.reasoning ??= new ReasoningItemBuilder(this.slots);
      this.reasoning.add(text);
    }
  }

  /** Ends a content block. A call with incomplete input stays open, because only the end of the answer gives its status. */
  private onBlockEnd(block: number): void {
    this.endThinking('completed');
    this.message?.endBlock();
    const call = this.calls.get(block);
    if (!call?.isComplete) return;
    this.calls.delete(block);
    call.end('completed');
  }

  private onStop({ stopReason, additionalModelResponseFields }: MessageStop): void {
    this.ending = answerEnding(stopReason).responses;
    const end: ItemEndStatus = this.ending === 'completed' ? 'completed' : 'incomplete';
    // Bedrock may send `messageStop` without a stop event for each block.
    this.endThinking(end);
    this.endMessage(end);
    for (const call of this.calls.values()) call.end(call.isComplete ? end : 'incomplete');
    this.calls.clear();
    const refusal = refusalTextOf(additionalModelResponseFields);
    if (refusal !== undefined) addRefusalItem(this.slots, refusal);
  }

  private endMessage(status: ItemEndStatus): void {
    const { message } = this;
    this.message = undefined;
    message?.end(status);
  }

  private endThinking(status: ItemEndStatus): void {
    const signed = this.thinking.end();
    const { reply, encryptedReasoning } = this.settings;
    const encrypted = signed && encryptedReasoning === 'included' ? sealThinking(signed, reply) : undefined;
    if (signed) this.latestThinking.push(signed);
    // Thinking without visible text has no item yet. Its encrypted content needs one.
    const reasoning = this.reasoning ?? (encrypted === undefined ? undefined : new ReasoningItemBuilder(this.slots));
    this.reasoning = undefined;
    reasoning?.end(status, encrypted);
  }

  /** Stores the thinking that precedes a call, and returns the id of the call for the client. */
  private clientCallId(id: string, name: string): string {
    const { latestThinking } = this;
    this.latestThinking = [];
    const { saveThinking } = this.settings.reply;
    return latestThinking.length > 0 && saveThinking ? saveThinking({ id, name }, latestThinking) : id;
  }
}
