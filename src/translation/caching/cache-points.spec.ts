import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import type { ModelRules } from '../../models/types/model.ts';
import { rulesOf } from '../../../test/support/model-cards.ts';
import { placeCachePoints, type PromptWithCachePoints, type CacheOptions } from './cache-points.ts';
import type { ConverseMessage } from '../../wire/converse.ts';

const RULES: ModelRules = { ...rulesOf('claude-opus-4-6'), cacheMinTokens: 100, cacheLife: '1h', cacheTools: true };
const SHORT: ModelRules = { ...RULES, cacheLife: undefined };
const WITHOUT_TOOLS: ModelRules = { ...SHORT, cacheTools: undefined };
const NONE: ModelRules = { ...RULES, cacheMinTokens: undefined };
const AUTO: CacheOptions = { auto: 'on', ttl: '5m' };
const OWN: CacheOptions = { auto: 'off', ttl: '5m' };

const point = (ttl?: '5m' | '1h') => ({ cachePoint: { type: 'default' as const, ...(ttl && { ttl }) } });
const text = (tokens: number) => ({ text: 'x'.repeat(4 * tokens) });
const tool = (tokens: number) => ({
  toolSpec: { name: 'f', description: 'x'.repeat(4 * tokens), inputSchema: { json: {} } },
});
const user = (...content: NonNullable<ConverseMessage['content']>): ConverseMessage => ({ role: 'user', content });
const assistant = (...content: NonNullable<ConverseMessage['content']>): ConverseMessage => ({
  role: 'assistant',
  content,
});

/** A prompt in letters: `t` and `s` for tools and system, `u`/`a` for turns, `.` for five minutes, `!` for an hour. */
function drawn(prompt: PromptWithCachePoints): string {
  const letters = (letter: string, list: readonly object[]) =>
    list.map((entry) => ('cachePoint' in entry ? (JSON.stringify(entry).includes('1h') ? '!' : '.') : letter)).join('');
  return [
    letters('t', prompt.toolConfig?.tools ?? []),
    letters('s', prompt.system ?? []),
    ...(prompt.messages ?? []).map(({ role, content }) => letters(role === 'user' ? 'u' : 'a', content ?? [])),
  ].join(' ');
}

function planned(prompt: PromptWithCachePoints, wish: CacheOptions, rules = RULES): [string, string | undefined] {
  const plan = placeCachePoints(prompt, wish, rules);
  return [drawn(plan.prompt), plan.repair];
}

describe('cache points beside documents', () => {
  const document = { document: { name: 'a', format: 'txt' as const, source: { bytes: 'aGk=' } } };
  const places = (...content: NonNullable<ConverseMessage['content']>) => {
    const { prompt, repair } = placeCachePoints({ messages: [user(...content)] }, OWN, RULES);
    const letter = (block: object) => ('cachePoint' in block ? '.' : 'document' in block ? 'd' : 't');
    return [(prompt.messages?.[0]?.content ?? []).map(letter).join(''), repair];
  };

  it('never stand directly behind one', () => {
    expect(places(text(1), document, point())).toEqual(['t.d', 'moved']);
    expect(places(document, point(), text(1))).toEqual(['dt.', 'moved']);
    expect(places(document, point(), document, point(), text(1), text(1))).toEqual(['ddt.t', 'moved']);
    expect(places(text(1), point(), document, point('1h'))).toEqual(['t.d', 'moved']);
    expect(places(document, text(1), point())).toEqual(['dt.', undefined]);
    expect(places(document, point())).toEqual(['d', 'moved']);
  });

  it('are added in front of one that ends a turn', () => {
    const messages = [user(text(200), document)];
    const { prompt } = placeCachePoints({ messages }, AUTO, RULES);
    expect(prompt.messages?.[0]?.content).toEqual([text(200), point(), document]);
  });
});

describe('automatic cache points', () => {
  const long: PromptWithCachePoints = {
    toolConfig: { tools: [tool(200)] },
    system: [text(100)],
    messages: [user(text(100)), assistant(text(5)), user(text(5)), assistant(text(5)), user(text(5), text(5))],
  };

  it('stand behind tools, system and the last two user turns', () => {
    expect(planned(long, AUTO)).toEqual(['t. s. u a u. a uu.', undefined]);
    expect(planned(long, { auto: 'on', ttl: '1h' })).toEqual(['t! s! u a u! a uu!', undefined]);
  });

  it('stand only where the prompt up to there reaches the minimum', () => {
    const messages = [user(text(30)), assistant(text(30)), user(text(50))];
    expect(planned({ system: [text(10)], messages }, AUTO)).toEqual([' s u a u.', undefined]);
    expect(planned({ system: [text(10)], messages: [user(text(10))] }, AUTO)).toEqual([' s u', undefined]);
  });

  it('are not asked of models without a cache, and not behind tools of those that take none there', () => {
    expect(planned(long, AUTO, NONE)).toEqual(['t s u a u a uu', undefined]);
    expect(planned(long, { auto: 'on', ttl: '1h' }, WITHOUT_TOOLS)).toEqual(['t s. u a u. a uu.', undefined]);
  });

  it('fill up what the client leaves free, and leave its places alone', () => {
    const messages = [user(text(200), point('5m'), text(1)), assistant(text(1)), user(text(1), point('5m'))];
    expect(planned({ system: [text(200)], messages }, AUTO)).toEqual([' s. u.u. a u.', undefined]);
  });
});

describe('cache points of the client', () => {
  it('stay where they are, below the minimum too', () => {
    expect(planned({ system: [text(1), point('5m')], messages: [user(text(1))] }, OWN)).toEqual([' s. u', undefined]);
  });

  it('go and are told where the model has no cache, or none behind tools', () => {
    const prompt = { toolConfig: { tools: [tool(1), point('5m')] }, messages: [user(text(1), point('5m'))] };
    expect(planned(prompt, OWN, NONE)).toEqual(['t  u', 'dropped']);
    expect(planned(prompt, OWN, WITHOUT_TOOLS)).toEqual(['t  u.', 'dropped']);
  });

  it('are the first and the last three where there are more than four', () => {
    const six = [1, 2, 3, 4, 5, 6].flatMap(() => [text(1), point('5m')]);
    expect(planned({ messages: [user(...six)] }, OWN)).toEqual(['  u.uuu.u.u.', 'limited_to_4']);
  });

  it('become an hour before one of an hour', () => {
    const messages = [user(text(1), point('5m'), text(1), point('1h'), text(1), point('5m'))];
    expect(planned({ messages }, OWN)).toEqual(['  u!u!u.', 'ttl_1h']);
  });

  it('become five minutes where the model knows no hour', () => {
    expect(planned({ messages: [user(text(1), point('1h'))] }, OWN, SHORT)).toEqual(['  u.', 'ttl_5m']);
  });

  it('have the time of the request where they name none', () => {
    expect(planned({ messages: [user(text(1), point())] }, { auto: 'off', ttl: '1h' })).toEqual(['  u!', undefined]);
  });

  it('are one where two stand together', () => {
    expect(planned({ messages: [user(text(1), point('5m'), point('1h'))] }, OWN)).toEqual(['  u!', undefined]);
  });
});

describe('whatever the prompt', () => {
  const anyPoint = fc.constantFrom(point(), point('5m'), point('1h'));
  const listOf = <T>(block: fc.Arbitrary<T>) =>
    fc.array(fc.oneof({ weight: 2, arbitrary: block }, { weight: 1, arbitrary: anyPoint }), { maxLength: 6 });
  const block = fc.integer({ min: 1, max: 120 }).map(text);
  const prompt = fc.record({
    toolConfig: fc.option(
      listOf(fc.integer({ min: 1, max: 120 }).map(tool)).map((tools) => ({ tools })),
      { nil: undefined },
    ),
    system: fc.option(listOf(block), { nil: undefined }),
    messages: fc.array(
      fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), content: listOf(block) }),
      {
        maxLength: 6,
      },
    ),
  });
  const wish = fc.record({
    auto: fc.constantFrom('on' as const, 'off' as const),
    ttl: fc.constantFrom('5m' as const, '1h' as const),
  });
  const rules = fc.constantFrom(RULES, SHORT, WITHOUT_TOOLS, NONE);

  const withoutPoints = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (_, list: unknown) =>
      Array.isArray(list) ? list.filter((entry: object) => !('cachePoint' in entry)) : list,
    ) as unknown;

  it('there are four at most, in Bedrock’s order, behind something, and nothing else changes', () => {
    fc.assert(
      fc.property(prompt, wish, rules, (prompt, wish, rules) => {
        const before = JSON.stringify(prompt);
        const plan = placeCachePoints(prompt, wish, rules).prompt;
        const order = drawn(plan).replaceAll(/[^.! ]/g, 'x');
        expect(order.match(/[.!]/g)?.length ?? 0).toBeLessThanOrEqual(
          wish.auto === 'off' && rules.cacheMinTokens === undefined ? 0 : 4,
        );
        expect(order).not.toMatch(/\..*!/);
        expect(order).not.toMatch(/(^|[ .!])[.!]/);
        if (rules.cacheMinTokens === undefined) expect(order).not.toMatch(/[.!]/);
        if (rules.cacheLife === undefined) expect(order).not.toMatch(/!/);
        expect(withoutPoints(plan)).toEqual(withoutPoints(prompt));
        expect(JSON.stringify(prompt)).toBe(before);
      }),
    );
  });

  it('a plan is final: planned again with nothing to add, it stays', () => {
    fc.assert(
      fc.property(prompt, wish, (prompt, wish) => {
        const once = placeCachePoints(prompt, wish, RULES).prompt;
        expect(placeCachePoints(once, OWN, RULES)).toEqual({ prompt: once });
      }),
    );
  });
});
