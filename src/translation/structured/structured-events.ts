import type { ContentBlockDelta, ConverseEvent } from '../../wire/converse.ts';
import type { SchemaCheck, ExpectedOutput } from '../json-schema/expected-output.ts';
import { extractJson, parseJsonText } from './json-text/json-extraction.ts';
import { JsonTextFilter } from './json-text/json-text-stream.ts';
import { isModelRefusal, refusalFinishReason } from '../answer/model-refusal.ts';
import { endedByStopSequence, isCompleteAnswer, keepsTextBesideCalls } from './structured-answer.ts';

type MessageStop = NonNullable<ConverseEvent['messageStop']>;

/**
 * The events of one streamed answer as the dialects know them: JSON comes as text, whichever way it was asked for.
 * Its end is held back where it is not what was asked for and must be; `problem` gives the reason.
 */
export class StructuredEventFilter {
  problem?: string;
  /** The reason why the answer could not be checked. */
  unchecked?: string;
  /** Text beside calls of the client's tools was left out. */
  isTextDropped = false;
  private readonly expected: ExpectedOutput;
  private readonly check: SchemaCheck;
  private readonly json: JsonTextFilter;
  /** Numbers of the blocks that are the tool standing for the answer. */
  private readonly replies = new Set<number>();
  /** Words beside the tool that stands for the answer. */
  private words = '';
  private calls = 0;
  private block = 0;

  constructor(expected: ExpectedOutput, check: SchemaCheck) {
    this.expected = expected;
    this.check = check;
    this.json = new JsonTextFilter(expected.schema);
  }

  /** A promise for the end of an answer, which is checked then; every other event is read at once. */
  onEvent(event: ConverseEvent): readonly ConverseEvent[] | Promise<readonly ConverseEvent[]> {
    if (event.contentBlockDelta) {
      const { contentBlockIndex = 0, delta } = event.contentBlockDelta;
      this.block = contentBlockIndex;
      return this.onDelta(event, contentBlockIndex, delta);
    }
    if (event.contentBlockStart) return this.onStart(event, event.contentBlockStart);
    if (event.contentBlockStop) return this.replies.has(event.contentBlockStop.contentBlockIndex ?? 0) ? [] : [event];
    return event.messageStop ? this.onStop(event.messageStop) : [event];
  }

  private onStart(
    event: ConverseEvent,
    { start, contentBlockIndex = 0 }: NonNullable<ConverseEvent['contentBlockStart']>,
  ): readonly ConverseEvent[] {
    this.block = contentBlockIndex;
    const name = start?.toolUse?.name;
    if (name === undefined) return [event];
    if (this.expected.way === 'tool' && name === this.expected.toolName) {
      this.replies.add(contentBlockIndex);
      return [];
    }
    this.calls += 1;
    return keepsTextBesideCalls(this.expected, undefined) ? [...this.released(), event] : [event];
  }

  private onDelta(event: ConverseEvent, block: number, delta: ContentBlockDelta | undefined): readonly ConverseEvent[] {
    if (delta?.text !== undefined) {
      if (this.expected.way !== 'tool') return this.text(this.json.push(delta.text));
      this.words += delta.text;
      return [];
    }
    if (!this.replies.has(block)) return [event];
    // Calls of the client's tools come first: the answer is made when their results are known.
    return this.calls > 0 ? [] : this.text(this.json.push(delta?.toolUse?.input ?? ''));
  }

  private async onStop(stop: MessageStop): Promise<readonly ConverseEvent[]> {
    if (isModelRefusal(stop)) return [{ messageStop: refusalFinishReason(stop, this.heldBack()) }];
    if (this.calls > 0 && !keepsTextBesideCalls(this.expected, stop.stopReason)) {
      this.isTextDropped = this.heldBack() !== '';
      return [{ messageStop: stop }];
    }
    if (this.calls > 0 || !isCompleteAnswer(stop.stopReason)) return [...this.released(), { messageStop: stop }];
    const words = this.json.begun ? '' : this.heldBack();
    const extraction = this.json.begun
      ? await parseJsonText(this.json.json, this.check)
      : await extractJson(words || this.emptyReply(), this.check);
    if ('problem' in extraction) {
      if (endedByStopSequence(stop.stopReason)) return [...this.text(words), { messageStop: stop }];
      this.problem = extraction.problem;
      return this.expected.isLoose ? [...this.text(words), { messageStop: endOfTurn(stop) }] : [];
    }
    if ('unchecked' in extraction) {
      this.unchecked = extraction.unchecked;
      if (!this.expected.isLoose) return [];
    }
    return [...(this.json.begun ? [] : this.text(extraction.json)), { messageStop: endOfTurn(stop) }];
  }

  /** A tool without any input gets no piece of it. */
  private emptyReply(): string {
    return this.replies.size > 0 ? '{}' : '';
  }

  private heldBack(): string {
    const text = this.json.release() + this.words;
    this.words = '';
    return text;
  }

  /** What was held back was no JSON, and passes after all. */
  private released(): ConverseEvent[] {
    return this.text(this.heldBack());
  }

  private text(text: string): ConverseEvent[] {
    return text === '' ? [] : [{ contentBlockDelta: { contentBlockIndex: this.block, delta: { text } } }];
  }
}

/** Returns the end of an answer whose tool stands for its text. */
function endOfTurn(stop: MessageStop): MessageStop {
  return stop.stopReason === 'tool_use' ? { ...stop, stopReason: 'end_turn' } : stop;
}
