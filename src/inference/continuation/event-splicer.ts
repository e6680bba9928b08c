import type { Usage } from '../../usage/usage.ts';
import type { ConverseEvent } from '../../wire/converse.ts';

/** The point at which a stream broke off. */
export interface StreamBreak {
  text: string;
  /** Index of the content block that contains the text. */
  block: number;
  /** Estimated tokens up to that point. */
  usage: Pick<Usage, 'input' | 'output'>;
}

/** Returns a function that makes the events of a second stream continue the first one. Each stream needs its own function. */
export function createEventSplicer({
  text,
  block,
  usage,
}: StreamBreak): (events: readonly ConverseEvent[]) => ConverseEvent[] {
  /** White space that the client has received, and that the second stream can repeat. */
  let blanks = text.slice(text.trimEnd().length);
  let offset: number | undefined;

  const spliced = (event: ConverseEvent): ConverseEvent[] => {
    if (event.messageStart) return [];
    if (event.metadata) return [{ metadata: { ...event.metadata, usage: sum(event.metadata.usage, usage) } }] as never;
    const { contentBlockStart: start, contentBlockDelta: delta, contentBlockStop: stop } = event;
    const index = (start ?? delta ?? stop)?.contentBlockIndex;
    if (index === undefined) return [event];
    const closed: ConverseEvent[] = [];
    if (offset === undefined) {
      const isText = start?.start === undefined && (delta === undefined || delta.delta?.text !== undefined);
      offset = isText ? block : block + 1;
      if (!isText) closed.push({ contentBlockStop: { contentBlockIndex: block } });
      // The text block is already open.
      else if (start) return [];
    }
    return [...closed, moved(event, index + offset)];
  };

  const moved = (
    { contentBlockStart: start, contentBlockDelta: delta, contentBlockStop: stop }: ConverseEvent,
    to: number,
  ) => {
    if (start) return { contentBlockStart: { ...start, contentBlockIndex: to } } as ConverseEvent;
    if (stop) return { contentBlockStop: { ...stop, contentBlockIndex: to } } as ConverseEvent;
    const repeated = delta?.delta?.text;
    const isAgain = repeated !== undefined && blanks !== '' && to === block;
    const rest = isAgain ? withoutBlanks(repeated) : repeated;
    return {
      contentBlockDelta: { ...delta, contentBlockIndex: to, delta: isAgain ? { text: rest } : delta?.delta },
    } as ConverseEvent;
  };

  const withoutBlanks = (repeated: string): string => {
    let same = 0;
    while (same < repeated.length && repeated[same] === blanks[same]) same += 1;
    blanks = same === repeated.length ? blanks.slice(same) : '';
    return repeated.slice(same);
  };

  return (events) => events.flatMap(spliced);
}

function sum(usage: NonNullable<ConverseEvent['metadata']>['usage'], before: StreamBreak['usage']) {
  const input = Math.ceil(before.input);
  const output = Math.ceil(before.output);
  return {
    ...usage,
    inputTokens: (usage?.inputTokens ?? 0) + input,
    outputTokens: (usage?.outputTokens ?? 0) + output,
    totalTokens: (usage?.totalTokens ?? 0) + input + output,
  };
}
