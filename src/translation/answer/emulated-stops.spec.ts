import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { answerToEvents } from '../../wire/answer-events.ts';
import { cutAtStop, matchedStop, StreamStopFilter } from './emulated-stops.ts';
import type { ContentBlock, ConverseAnswer, ConverseEvent } from '../../wire/converse.ts';

const STOPS = fc.uniqueArray(fc.constantFrom('\n', '\n\n', ' ', ' \n', '\t', 'ab', 'b', 'aab', '😀', '\n😀'), {
  minLength: 1,
  maxLength: 4,
});
const PIECES = fc.array(fc.constantFrom('a', 'b', 'aa', '\n', '\n\n', ' ', '😀', '\ud83d', '\ude00', 'x y'), {
  maxLength: 12,
});

function answer(...content: ContentBlock[]): ConverseAnswer {
  const output = { message: { role: 'assistant', content } };
  return { output, stopReason: 'end_turn', usage: {} } as unknown as ConverseAnswer;
}

function delta(text: string, contentBlockIndex = 0): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex, delta: { text } } };
}

function textIn(events: readonly ConverseEvent[]): string {
  return events.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.text ?? '').join('');
}

describe('stop sequences that the gateway applies', () => {
  it('end a stream at the same place as the whole answer, for any split of the text', () => {
    fc.assert(
      fc.property(STOPS, PIECES, fc.boolean(), (stops, pieces, together) => {
        const whole = cutAtStop(answer({ text: pieces.join('') }), stops);
        const search = new StreamStopFilter(stops);
        const events = [...pieces.map((piece) => delta(piece)), { messageStop: { stopReason: 'end_turn' } }];
        const read = together
          ? search.read(events as ConverseEvent[])
          : events.flatMap((event) => search.read([event as never]));
        expect(textIn(read)).toBe(whole.output?.message?.content?.[0]?.text);
        const { messageStop } = read.at(-1)!;
        expect(messageStop?.stopReason).toBe(whole.stopReason);
        expect(matchedStop(messageStop?.additionalModelResponseFields)).toBe(
          matchedStop(whole.additionalModelResponseFields),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('are not searched in reasoning and tool inputs', () => {
    const blocks: ContentBlock[] = [
      { reasoningContent: { reasoningText: { text: 'one\ntwo', signature: 'x' } } },
      { text: 'one two' },
      { toolUse: { toolUseId: 'a', name: 'f', input: { text: 'one\ntwo' } } },
    ];
    expect(cutAtStop(answer(...blocks), ['\n'])).toEqual(answer(...blocks));
    const events = answerToEvents(answer(...blocks));
    const search = new StreamStopFilter(['\n']);
    expect(events.flatMap((event) => search.read([event]))).toEqual(events);
    expect(search.stopped).toBe(false);
  });

  it('drop all content after them', () => {
    const cut = cutAtStop(
      answer({ text: 'one' }, { text: 'two\nthree' }, { toolUse: { toolUseId: 'a', name: 'f', input: {} } }),
      ['\n'],
    );
    expect(cut.output?.message?.content).toEqual([{ text: 'one' }, { text: 'two' }]);
    const search = new StreamStopFilter(['\n\n']);
    const read = [delta('one\n'), delta('\ntwo'), delta('three')].flatMap((event) => search.read([event]));
    expect(textIn(read)).toBe('one');
    expect(Object.keys(read.at(-2)!)).toEqual(['contentBlockStop']);
  });

  it('pass text that only begins a sequence', () => {
    const search = new StreamStopFilter(['\n\n']);
    const read = [delta('one\n'), { contentBlockStop: { contentBlockIndex: 0 } } as ConverseEvent, delta('two\n', 1)];
    const events = [...read, { messageStop: { stopReason: 'end_turn' } } as ConverseEvent];
    expect(textIn(events.flatMap((event) => search.read([event])))).toBe('one\ntwo\n');
  });
});
