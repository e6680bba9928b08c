import { describe, expect, it } from '@jest/globals';
import { cacheKey, AnswerStore } from './answer-store.ts';

describe('the key of an answer', () => {
  const question = {
    scope: 'a',
    modelId: 'm',
    input: { messages: [{ role: 'user', content: [{ text: 'x' }] }], z: 1 },
  };

  it('is the same whatever the order of keys, at every depth', () => {
    const turned = {
      input: { z: 1, messages: [{ content: [{ text: 'x' }], role: 'user' }] },
      modelId: 'm',
      scope: 'a',
    };
    expect(cacheKey(turned)).toBe(cacheKey(question));
    expect(cacheKey(question)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('differs by caller, by model, by content and by the order of messages', () => {
    const input = { list: [1, 2] };
    const keys = [
      cacheKey(question),
      cacheKey({ ...question, scope: 'b' }),
      cacheKey({ ...question, modelId: 'n' }),
      cacheKey({ ...question, input }),
      cacheKey({ ...question, input: { list: [2, 1] } }),
      cacheKey({ scope: 'a,m', modelId: '', input }),
      cacheKey({ scope: 'a', modelId: ',m', input }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('does not take a field named __proto__ for nothing', () => {
    const withField = JSON.parse('{"__proto__":{"a":1}}') as unknown;
    expect(cacheKey({ ...question, input: withField })).not.toBe(cacheKey({ ...question, input: {} }));
  });
});

describe('answers in memory', () => {
  it('are found again, and never exceed their bytes', async () => {
    const cache = new AnswerStore({ answerCache: { ttlSeconds: 60, maxBytes: 1_000 } });
    cache.set('owner', 'a', 'x'.repeat(600));
    cache.set('owner', 'b', 'y'.repeat(600));
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('b')).toHaveLength(600);
    cache.set('owner', 'c', 'z'.repeat(5_000));
    expect(await cache.get('c')).toBeUndefined();
  });

  it('of one key do not evict those of another', async () => {
    const cache = new AnswerStore({ answerCache: { ttlSeconds: 60, maxBytes: 10_000 } });
    cache.set('quiet', 'kept', 'x'.repeat(600));
    for (let index = 0; index < 100; index += 1) cache.set('busy', `${index}`, 'y'.repeat(600));
    expect(await cache.get('kept')).toHaveLength(600);
    expect(await cache.get('99')).toHaveLength(600);
  });

  it('stay as far as they fit when the size changes', async () => {
    const config = { answerCache: { ttlSeconds: 60, maxBytes: 10_000 } };
    const cache = new AnswerStore(config);
    cache.set('owner', 'a', 'x'.repeat(600));
    cache.set('owner', 'b', 'y'.repeat(600));
    config.answerCache = { ttlSeconds: 60, maxBytes: 1_000 };
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('b')).toHaveLength(600);
  });
});
