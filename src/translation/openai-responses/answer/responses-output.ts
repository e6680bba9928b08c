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

/** How the items of one answer are made. */
export interface ResponseOutputOptions {
  form: ResponsesToolFormat;
  tally: AnswerUsage;
  reply: AnswerOptions;
  /** Whether reasoning items hold the sealed thoughts. */
  sealing: 'asked' | 'unasked';
}

/** The items of one answer, from the events of its upstream call: one state machine for streams and whole answers. */
export class ResponseOutput {
  /** Why the answer ended; absent until it has. */
  ending?: ResponsesEnding;
  private readonly slots: OutputSlots;
  private readonly settings: ResponseOutputOptions;
  private readonly calls = new Map<number, ToolCallItemBuilder>();
  private readonly thoughts = new ThinkingAssembler();
  private message?: MessageItemBuilder;
  private thought?: ReasoningItemBuilder;
  /** Signed thoughts since the last call. */
  private latest: SignedThinking[] = [];

  constructor(slots: OutputSlots, settings: ResponseOutputOptions) {
    this.slots = slots;
    this.settings = settings;
  }

  onEvent(event: ConverseEvent): void {
    // Deltas first: nearly every event is one.
    if (event.contentBlockDelta) {
      const { contentBlockIndex = 0, delta } = event.contentBlockDelta;
      if (this.thoughts.endsBefore(contentBlockIndex)) this.endThought('completed');
      this.onDelta(contentBlockIndex, delta);
    } else if (event.contentBlockStart) this.onStart(event.contentBlockStart);
    else if (event.contentBlockStop) this.onBlockEnd(event.contentBlockStop.contentBlockIndex ?? 0);
    else if (event.messageStop) this.onStop(event.messageStop);
  }

  private onStart({ start, contentBlockIndex = 0 }: NonNullable<ConverseEvent['contentBlockStart']>): void {
    this.endThought('completed');
    if (!start?.toolUse) return;
    this.endMessage('completed');
    const { toolUseId = '', name = '' } = start.toolUse;
    const tool = this.settings.form.toolOf(name);
    this.calls.set(
      contentBlockIndex,
      new ToolCallItemBuilder(this.slots, this.callId(toolUseId, namespacedName(tool)), tool),
    );
  }

  private onDelta(block: number, delta: ContentBlockDelta | undefined): void {
    if (delta?.text) {
      this.settings.tally.addText(delta.text);
      this.message ??= new MessageItemBuilder(this.slots);
      this.message.add(delta.text);
    } else if (delta?.toolUse?.input) {
      this.settings.tally.addText(delta.toolUse.input);
      this.calls.get(block)?.add(delta.toolUse.input);
    } else if (delta?.citation) this.message?.cite(delta.citation);
    else if (delta?.reasoningContent) {
      this.endMessage('completed');
      this.thoughts.add(block, delta.reasoningContent);
      const { text } = delta.reasoningContent;
      if (!text) return;
      this.settings.tally.addReasoning(text);
      this.thought ??= new ReasoningItemBuilder(this.slots);
      this.thought.add(text);
    }
  }

  /** A call whose input is not whole was cut short: how, the end of the answer tells. */
  private onBlockEnd(block: number): void {
    this.endThought('completed');
    this.message?.endBlock();
    const call = this.calls.get(block);
    if (!call?.isWhole) return;
    this.calls.delete(block);
    call.end('completed');
  }

  private onStop({ stopReason, additionalModelResponseFields }: MessageStop): void {
    this.ending = answerEnding(stopReason).responses;
    const end: ItemEndStatus = this.ending === 'completed' ? 'completed' : 'incomplete';
    // Blocks need not be ended before the message is.
    this.endThought(end);
    this.endMessage(end);
    for (const call of this.calls.values()) call.end(call.isWhole ? end : 'incomplete');
    this.calls.clear();
    const refusal = refusalTextOf(additionalModelResponseFields);
    if (refusal !== undefined) addRefusalItem(this.slots, refusal);
  }

  private endMessage(status: ItemEndStatus): void {
    const { message } = this;
    this.message = undefined;
    message?.end(status);
  }

  private endThought(status: ItemEndStatus): void {
    const signed = this.thoughts.end();
    const { reply, sealing } = this.settings;
    const sealed = signed && sealing === 'asked' ? sealThinking(signed, reply) : undefined;
    if (signed) this.latest.push(signed);
    // A thought that shows nothing is an item for what is sealed in it.
    const thought = this.thought ?? (sealed === undefined ? undefined : new ReasoningItemBuilder(this.slots));
    this.thought = undefined;
    thought?.end(status, sealed);
  }

  private callId(id: string, name: string): string {
    const { latest } = this;
    this.latest = [];
    const { keepThoughts } = this.settings.reply;
    return latest.length > 0 && keepThoughts ? keepThoughts({ id, name }, latest) : id;
  }
}
