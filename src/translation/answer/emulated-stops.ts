import { firstStop, type StopMatch, StopSearch } from './stop-search.ts';
import type { ContentBlock, ConverseAnswer, ConverseEvent } from '../../wire/converse.ts';
import { textOfBlock } from '../../wire/block-text.ts';

/** Response field that names the stop sequence that ended Claude's answer (AWS API reference, Converse). */
const MATCHED = 'stop_sequence';

/**
 * Returns the answer without the first stop sequence in its text and everything after it. Reasoning and tool input are
 * not searched. Returns the same object if no sequence occurs.
 */
export function cutAtStop(answer: ConverseAnswer, sequences: readonly string[]): ConverseAnswer {
  const blocks = answer.output?.message?.content ?? [];
  for (const [index, block] of blocks.entries()) {
    const text = textOfBlock(block);
    const match = firstStop(text, sequences);
    if (match === undefined) continue;
    const content: ContentBlock[] = [...blocks.slice(0, index), { text: text.slice(0, match.at) }];
    return {
      ...answer,
      ...endedBy(match, answer.additionalModelResponseFields),
      output: { message: { role: 'assistant', content } },
    };
  }
  return answer;
}

/**
 * Returns the stop sequence that ended an answer, read from `additionalModelResponseFields`; undefined if there is
 * none.
 */
export function matchedStop(fields: unknown): string | undefined {
  const matched =
    typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>)[MATCHED] : undefined;
  return typeof matched === 'string' ? matched : undefined;
}

function endedBy({ sequence }: StopMatch, fields?: ConverseAnswer['additionalModelResponseFields']) {
  const others = typeof fields === 'object' && fields !== null && !Array.isArray(fields) ? fields : {};
  return {
    stopReason: 'stop_sequence' as const,
    additionalModelResponseFields: { ...(others as Record<string, never>), [MATCHED]: sequence },
  };
}

/** Ends one stream before the first stop sequence in its text, as `cutAtStop` does for a whole answer. */
export class StreamStopFilter {
  /** True once a stop sequence was found. All later events are discarded. */
  stopped = false;
  private search: StopSearch;
  private block?: number;
  private readonly sequences: readonly string[];

  constructor(sequences: readonly string[]) {
    this.sequences = sequences;
    this.search = new StopSearch(sequences);
  }

  /**
   * Returns the events to pass on. Text that can be the beginning of a stop sequence is held back until a later call.
   */
  read(events: readonly ConverseEvent[]): ConverseEvent[] {
    const read: ConverseEvent[] = [];
    for (const event of events) {
      if (this.stopped) break;
      this.readOne(event, read);
    }
    return read;
  }

  private readOne(event: ConverseEvent, read: ConverseEvent[]): void {
    const { contentBlockDelta: piece } = event;
    const text = piece?.delta?.text;
    if (piece === undefined || text === undefined) {
      this.flush(read);
      read.push(event);
      return;
    }
    const block = piece.contentBlockIndex ?? 0;
    if (block !== this.block) {
      this.flush(read);
      this.block = block;
    }
    const { text: passed, match } = this.search.read(text);
    if (passed !== '') read.push(textDelta(passed, block));
    if (match === undefined) return;
    this.stopped = true;
    read.push({ contentBlockStop: { contentBlockIndex: block } });
    read.push({ messageStop: endedBy(match) });
  }

  private flush(read: ConverseEvent[]): void {
    const held = this.search.flush();
    if (held !== '' && this.block !== undefined) read.push(textDelta(held, this.block));
  }
}

function textDelta(text: string, contentBlockIndex: number): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex, delta: { text } } };
}
