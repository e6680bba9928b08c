import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { rulesOf } from '../../../test/support/model-cards.ts';
import { Adjustments } from '../adjustments.ts';
import { isBlank, withoutLoneSurrogates } from '../content/text-blocks.ts';
import { applyPrefillRule, prefillRuleFor, normalizeTurns, type PrefillRule } from './turns.ts';
import type { ConverseMessage } from '../../wire/converse.ts';

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\n\t', '\u00a0') },
);
const message: fc.Arbitrary<ConverseMessage> = fc.record({
  role: fc.constantFrom('user' as const, 'assistant' as const),
  content: fc.array(fc.record({ text }), { maxLength: 3 }),
});
const conversation = fc.array(message, { maxLength: 12 });
const withUserText = conversation.filter((messages) =>
  messages.some(({ role, content }) => role === 'user' && !content?.every(isBlank)),
);
const prefill = fc.constantFrom('kept' as const, 'rejected' as const);

function turnsOf(messages: readonly ConverseMessage[], prefill: PrefillRule, adjustments = new Adjustments()) {
  const turns = normalizeTurns(messages, rulesOf('claude-3-7-sonnet'), 'messages', adjustments);
  return applyPrefillRule(turns, prefill, 'messages', adjustments);
}

function texts(messages: readonly ConverseMessage[]): string[] {
  return messages.flatMap(({ content }) => (content ?? []).flatMap((block) => block.text ?? []));
}

describe('turns', () => {
  it('alternate, begin with the user and contain no blank blocks, for any input', () => {
    fc.assert(
      fc.property(withUserText, prefill, (messages, prefill) => {
        const turns = turnsOf(messages, prefill);
        turns.forEach(({ role, content }, index) => {
          expect(role).toBe(index % 2 === 0 ? 'user' : 'assistant');
          expect(content?.length).toBeGreaterThan(0);
        });
        expect(texts(turns).every((text) => text.trim() !== '')).toBe(true);
        if (prefill === 'rejected') expect(turns.at(-1)?.role).toBe('user');
      }),
    );
  });

  it('lose no text except blanks and the end of a prefill', () => {
    fc.assert(
      fc.property(withUserText, prefill, (messages, prefill) => {
        const turns = turnsOf(messages, prefill);
        const added = ['Start the conversation.', 'Continue.'];
        const kept = texts(turns).filter((text) => !added.includes(text));
        const original = texts(messages).filter((text) => text.trim() !== '');
        expect(kept.join('\u0000').trimEnd()).toBe(original.join('\u0000').trimEnd());
      }),
    );
  });

  it('do not change their input', () => {
    fc.assert(
      fc.property(withUserText, prefill, (messages, prefill) => {
        const copy = structuredClone(messages);
        turnsOf(messages, prefill);
        expect(messages).toEqual(copy);
      }),
    );
  });

  it('begin with a turn of the gateway if the user wrote nothing', () => {
    const withoutUserText: ConverseMessage[] = [
      { role: 'assistant', content: [{ text: 'Hello?' }] },
      { role: 'user', content: [{ text: ' \n' }] },
    ];
    const opening = { role: 'user', content: [{ text: 'Start the conversation.' }] };
    expect(turnsOf(withoutUserText, 'kept')).toEqual([opening, withoutUserText[0]]);
    expect(turnsOf([], 'kept')).toEqual([opening]);
  });

  it('report an added opening turn', () => {
    const adjustments = new Adjustments();
    const messages: ConverseMessage[] = [
      { role: 'assistant', content: [{ text: 'How can I help?' }] },
      { role: 'user', content: [{ text: 'A poem.' }] },
    ];
    turnsOf(messages, 'kept', adjustments);
    expect(adjustments.list()).toEqual(['messages=user_turn_prepended']);
  });
});

describe('prefill', () => {
  it('is kept if the model continues it, unless the model thinks', () => {
    expect(prefillRuleFor(rulesOf('claude-3-7-sonnet'), 'off')).toBe('kept');
    expect(prefillRuleFor(rulesOf('claude-3-7-sonnet'), 'on')).toBe('rejected');
    expect(prefillRuleFor(rulesOf('claude-opus-4-6'), 'off')).toBe('rejected');
  });

  it('ends without white space', () => {
    const messages: ConverseMessage[] = [
      { role: 'user', content: [{ text: 'A poem.' }] },
      { role: 'assistant', content: [{ text: 'Roses ' }, { text: 'are \n' }] },
    ];
    expect(turnsOf(messages, 'kept').at(-1)?.content).toEqual([{ text: 'Roses ' }, { text: 'are' }]);
  });
});

describe('lone surrogates', () => {
  it('are removed, and whole characters stay', () => {
    expect(withoutLoneSurrogates('a\ud83db\ude00c😀')).toBe('abc😀');
  });

  it('are the only change to any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(withoutLoneSurrogates(text)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        expect(withoutLoneSurrogates(String.fromCharCode(...units)).isWellFormed()).toBe(true);
      }),
    );
  });
});
