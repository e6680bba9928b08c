import type { Usage } from '../../usage/usage.ts';
import type { ConverseEvent } from '../../wire/converse.ts';

/** Where a stream was broken off. */
export interface StreamBreak {
  text: string;
  /** The block that the text is in. */
  block: number;
  /** About what was used until then. */
  used: Pick<Usage, 'input' | 'output'>;
}

/** Makes the events of a second stream go on where the first one broke off. One a stream. */
export function createEventSplicer({
  text,
  block,
  used,
}: StreamBreak): (events: readonly ConverseEvent[]) => ConverseEvent[] {
  /** Blanks that the client has already, and the model says again. */
  let blanks = text.slice(text.trimEnd().length);
  let offset: number | undefined;

  const spliced = (event: ConverseEvent): ConverseEvent[] => {
    if (event.messageStart) return [];
    if (event.metadata) return [{ metadata: { ...event.metadata, usage: sum(event.metadata.usage, used) } }] as never;
    const { contentBlockStart: start, contentBlockDelta: delta, contentBlockStop: stop } = event;
    const index = (start ?? delta ?? stop)?.contentBlockIndex;
    if (index === undefined) return [event];
    const closed: ConverseEvent[] = [];
    if (offset === undefined) {
      const isText = start?.start === undefined && (delta === undefined || delta.delta?.text !== undefined);
      offset = isText ? block : block + 1;
      if (!isText) closed.push({ contentBlockStop: { contentBlockIndex: block } });
      // The block of the text is open already.
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
    const said = delta?.delta?.text;
    const isAgain = said !== undefined && blanks !== '' && to === block;
    const rest = isAgain ? withoutBlanks(said) : said;
    return {
      contentBlockDelta: { ...delta, contentBlockIndex: to, delta: isAgain ? { text: rest } : delta?.delta },
    } as ConverseEvent;
  };

  const withoutBlanks = (said: string): string => {
    let same = 0;
    while (same < said.length && said[same] === blanks[same]) same += 1;
    blanks = same === said.length ? blanks.slice(same) : '';
    return said.slice(same);
  };

  return (events) => events.flatMap(spliced);
}

function sum(usage: NonNullable<ConverseEvent['metadata']>['usage'], used: StreamBreak['used']) {
  const input = Math.ceil(used.input);
  const output = Math.ceil(used.output);
  return {
    ...usage,
    inputTokens: (usage?.inputTokens ?? 0) + input,
    outputTokens: (usage?.outputTokens ?? 0) + output,
    totalTokens: (usage?.totalTokens ?? 0) + input + output,
  };
}
