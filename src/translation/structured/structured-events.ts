import type { ContentBlockDelta, ConverseEvent } from '../../wire/converse.ts';
import type { SchemaCheck, ExpectedOutput } from '../json-schema/expected-output.ts';
import { extractJson, parseJsonText } from './json-text/json-extraction.ts';
import { JsonTextFilter } from './json-text/json-text-stream.ts';
import { isModelRefusal, refusalFinishReason } from '../answer/model-refusal.ts';
import { endedByStopSequence, isCompleteAnswer, keepsTextBesideCalls } from './structured-answer.ts';

type MessageStop = NonNullable<ConverseEvent['messageStop']>;

/**
 * Converts the events of one streamed answer so that its JSON is text, whatever the output format, and checks it.
 * If a strict answer does not conform, `messageStop` is withheld and `problem` holds the reason.
 */
export class StructuredEventFilter {
  /** The first violation of the schema, known after `messageStop`. */
  problem?: string;
  /** The reason why the answer could not be checked. */
  unchecked?: string;
  /** True if text was removed because the answer calls tools of the client. */
  isTextDropped = false;
  private readonly expected: ExpectedOutput;
  private readonly check: SchemaCheck;
  private readonly json: JsonTextFilter;
  /** Indexes of the content blocks that call the answer tool. */
  private readonly answerBlocks = new Set<number>();
  /** Text beside the call of the answer tool. */
  private textBesideTool = '';
  /** Number of calls of the client's tools. */
  private calls = 0;
  private block = 0;

  constructor(expected: ExpectedOutput, check: SchemaCheck) {
    this.expected = expected;
    this.check = check;
    this.json = new JsonTextFilter(expected.schema);
  }

  /** Returns the events for the dialect. Returns a promise only for `messageStop`, because the check is asynchronous. */
  onEvent(event: ConverseEvent): readonly ConverseEvent[] | Promise<readonly ConverseEvent[]> {
    if (event.contentBlockDelta) {
      const { contentBlockIndex = 0, delta } = event.contentBlockDelta;
      this.block = contentBlockIndex;
      return this.onDelta(event, contentBlockIndex, delta);
    }
    if (event.contentBlockStart) return this.onStart(event, event.contentBlockStart);
    if (event.contentBlockStop)
      return this.answerBlocks.has(event.contentBlockStop.contentBlockIndex ?? 0) ? [] : [event];
    return event.messageStop ? this.onStop(event.messageStop) : [event];
  }

  private onStart(
    event: ConverseEvent,
    { start, contentBlockIndex = 0 }: NonNullable<ConverseEvent['contentBlockStart']>,
  ): readonly ConverseEvent[] {
    this.block = contentBlockIndex;
    const name = start?.toolUse?.name;
    if (name === undefined) return [event];
    if (this.expected.format === 'tool' && name === this.expected.toolName) {
      this.answerBlocks.add(contentBlockIndex);
      return [];
    }
    this.calls += 1;
    return keepsTextBesideCalls(this.expected, undefined) ? [...this.released(), event] : [event];
  }

  private onDelta(event: ConverseEvent, block: number, delta: ContentBlockDelta | undefined): readonly ConverseEvent[] {
    if (delta?.text !== undefined) {
      if (this.expected.format !== 'tool') return this.text(this.json.push(delta.text));
      this.textBesideTool += delta.text;
      return [];
    }
    if (!this.answerBlocks.has(block)) return [event];
    // If the model calls tools of the client, the JSON follows in the answer to a later request with their results.
    return this.calls > 0 ? [] : this.text(this.json.push(delta?.toolUse?.input ?? ''));
  }

  private async onStop(stop: MessageStop): Promise<readonly ConverseEvent[]> {
    if (isModelRefusal(stop)) return [{ messageStop: refusalFinishReason(stop, this.takeHeldBackText()) }];
    if (this.calls > 0 && !keepsTextBesideCalls(this.expected, stop.stopReason)) {
      this.isTextDropped = this.takeHeldBackText() !== '';
      return [{ messageStop: stop }];
    }
    if (this.calls > 0 || !isCompleteAnswer(stop.stopReason)) return [...this.released(), { messageStop: stop }];
    const heldBack = this.json.begun ? '' : this.takeHeldBackText();
    const extraction = this.json.begun
      ? await parseJsonText(this.json.json, this.check)
      : await extractJson(heldBack || this.emptyToolInput(), this.check);
    if ('problem' in extraction) {
      if (endedByStopSequence(stop.stopReason)) return [...this.text(heldBack), { messageStop: stop }];
      this.problem = extraction.problem;
      return this.expected.isLoose ? [...this.text(heldBack), { messageStop: endOfTurn(stop) }] : [];
    }
    if ('unchecked' in extraction) {
      this.unchecked = extraction.unchecked;
      if (!this.expected.isLoose) return [];
    }
    return [...(this.json.begun ? [] : this.text(extraction.json)), { messageStop: endOfTurn(stop) }];
  }

  /** Returns the input of an answer tool that Bedrock called without any input delta. */
  private emptyToolInput(): string {
    return this.answerBlocks.size > 0 ? '{}' : '';
  }

  private takeHeldBackText(): string {
    const text = this.json.release() + this.textBesideTool;
    this.textBesideTool = '';
    return text;
  }

  /** Returns an event with the text that was held back, for an answer that is not JSON. */
  private released(): ConverseEvent[] {
    return this.text(this.takeHeldBackText());
  }

  private text(text: string): ConverseEvent[] {
    return text === '' ? [] : [{ contentBlockDelta: { contentBlockIndex: this.block, delta: { text } } }];
  }
}

/** Replaces the stop reason `tool_use` of an answer tool, because the client receives its input as text. */
function endOfTurn(stop: MessageStop): MessageStop {
  return stop.stopReason === 'tool_use' ? { ...stop, stopReason: 'end_turn' } : stop;
}
