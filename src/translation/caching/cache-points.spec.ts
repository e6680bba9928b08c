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
const CLIENT_ONLY: CacheOptions = { auto: 'off', ttl: '5m' };

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

/**
 * Draws a prompt in letters: `t` and `s` for tools and system, `u`/`a` for turns, `.` for five minutes, `!` for an
 * hour.
 */
function draw(prompt: PromptWithCachePoints): string {
  const letters = (letter: string, list: readonly object[]) =>
    list.map((entry) => ('cachePoint' in entry ? (JSON.stringify(entry).includes('1h') ? '!' : '.') : letter)).join('');
  return [
    letters('t', prompt.toolConfig?.tools ?? []),
    letters('s', prompt.system ?? []),
    ...(prompt.messages ?? []).map(({ role, content }) => letters(role === 'user' ? 'u' : 'a', content ?? [])),
  ].join(' ');
}

function place(prompt: PromptWithCachePoints, options: CacheOptions, rules = RULES): [string, string | undefined] {
  const placed = placeCachePoints(prompt, options, rules);
  return [draw(placed.prompt), placed.repair];
}

describe('cache points beside documents', () => {
  const document = { document: { name: 'a', format: 'txt' as const, source: { bytes: 'aGk=' } } };
  const places = (...content: NonNullable<ConverseMessage['content']>) => {
    const { prompt, repair } = placeCachePoints({ messages: [user(...content)] }, CLIENT_ONLY, RULES);
    const letter = (block: object) => ('cachePoint' in block ? '.' : 'document' in block ? 'd' : 't');
    return [(prompt.messages?.[0]?.content ?? []).map(letter).join(''), repair];
  };

  it('are never directly after a document', () => {
    expect(places(text(1), document, point())).toEqual(['t.d', 'moved']);
    expect(places(document, point(), text(1))).toEqual(['dt.', 'moved']);
    expect(places(document, point(), document, point(), text(1), text(1))).toEqual(['ddt.t', 'moved']);
    expect(places(text(1), point(), document, point('1h'))).toEqual(['t.d', 'moved']);
    expect(places(document, text(1), point())).toEqual(['dt.', undefined]);
    expect(places(document, point())).toEqual(['d', 'moved']);
  });

  it('are added before a document that ends a turn', () => {
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

  it('follow the tools, the system prompt and the last two user turns', () => {
    expect(place(long, AUTO)).toEqual(['t. s. u a u. a uu.', undefined]);
    expect(place(long, { auto: 'on', ttl: '1h' })).toEqual(['t! s! u a u! a uu!', undefined]);
  });

  it('are added only if the prompt before them reaches the minimum', () => {
    const messages = [user(text(30)), assistant(text(30)), user(text(50))];
    expect(place({ system: [text(10)], messages }, AUTO)).toEqual([' s u a u.', undefined]);
    expect(place({ system: [text(10)], messages: [user(text(10))] }, AUTO)).toEqual([' s u', undefined]);
  });

  it('are omitted for models without a cache, and after tools for models that reject them there', () => {
    expect(place(long, AUTO, NONE)).toEqual(['t s u a u a uu', undefined]);
    expect(place(long, { auto: 'on', ttl: '1h' }, WITHOUT_TOOLS)).toEqual(['t s. u a u. a uu.', undefined]);
  });

  it('use the points that the client left, and keep the client’s positions', () => {
    const messages = [user(text(200), point('5m'), text(1)), assistant(text(1)), user(text(1), point('5m'))];
    expect(place({ system: [text(200)], messages }, AUTO)).toEqual([' s. u.u. a u.', undefined]);
  });
});

describe('cache points of the client', () => {
  it('keep their positions, also below the minimum', () => {
    expect(place({ system: [text(1), point('5m')], messages: [user(text(1))] }, CLIENT_ONLY)).toEqual([
      ' s. u',
      undefined,
    ]);
  });

  it('are dropped and reported if the model has no cache, or none after tools', () => {
    const prompt = { toolConfig: { tools: [tool(1), point('5m')] }, messages: [user(text(1), point('5m'))] };
    expect(place(prompt, CLIENT_ONLY, NONE)).toEqual(['t  u', 'dropped']);
    expect(place(prompt, CLIENT_ONLY, WITHOUT_TOOLS)).toEqual(['t  u.', 'dropped']);
  });

  it('are limited to the first and the last three', () => {
    const six = [1, 2, 3, 4, 5, 6].flatMap(() => [text(1), point('5m')]);
    expect(place({ messages: [user(...six)] }, CLIENT_ONLY)).toEqual(['  u.uuu.u.u.', 'limited_to_4']);
  });

  it('become an hour before one of an hour', () => {
    const messages = [user(text(1), point('5m'), text(1), point('1h'), text(1), point('5m'))];
    expect(place({ messages }, CLIENT_ONLY)).toEqual(['  u!u!u.', 'ttl_1h']);
  });

  it('become five minutes if the model does not support an hour', () => {
    expect(place({ messages: [user(text(1), point('1h'))] }, CLIENT_ONLY, SHORT)).toEqual(['  u.', 'ttl_5m']);
  });

  it('have the lifetime of the request if they name none', () => {
    expect(place({ messages: [user(text(1), point())] }, { auto: 'off', ttl: '1h' })).toEqual(['  u!', undefined]);
  });

  it('are merged if two are adjacent', () => {
    expect(place({ messages: [user(text(1), point('5m'), point('1h'))] }, CLIENT_ONLY)).toEqual(['  u!', undefined]);
  });
});

describe('for any prompt', () => {
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
  const options = fc.record({
    auto: fc.constantFrom('on' as const, 'off' as const),
    ttl: fc.constantFrom('5m' as const, '1h' as const),
  });
  const rules = fc.constantFrom(RULES, SHORT, WITHOUT_TOOLS, NONE);

  const withoutPoints = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (_, list: unknown) =>
      Array.isArray(list) ? list.filter((entry: object) => !('cachePoint' in entry)) : list,
    ) as unknown;

  it('at most four points are placed, in Bedrock’s order, after a block, and nothing else changes', () => {
    fc.assert(
      fc.property(prompt, options, rules, (prompt, options, rules) => {
        const before = JSON.stringify(prompt);
        const placed = placeCachePoints(prompt, options, rules).prompt;
        const order = draw(placed).replaceAll(/[^.! ]/g, 'x');
        expect(order.match(/[.!]/g)?.length ?? 0).toBeLessThanOrEqual(
          options.auto === 'off' && rules.cacheMinTokens === undefined ? 0 : 4,
        );
        expect(order).not.toMatch(/\..*!/);
        expect(order).not.toMatch(/(^|[ .!])[.!]/);
        if (rules.cacheMinTokens === undefined) expect(order).not.toMatch(/[.!]/);
        if (rules.cacheLife === undefined) expect(order).not.toMatch(/!/);
        expect(withoutPoints(placed)).toEqual(withoutPoints(prompt));
        expect(JSON.stringify(prompt)).toBe(before);
      }),
    );
  });

  it('placing again without additions changes nothing', () => {
    fc.assert(
      fc.property(prompt, options, (prompt, options) => {
        const once = placeCachePoints(prompt, options, RULES).prompt;
        expect(placeCachePoints(once, CLIENT_ONLY, RULES)).toEqual({ prompt: once });
      }),
    );
  });
});
