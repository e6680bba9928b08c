import { describe, expect, it } from '@jest/globals';
import { cacheKey, AnswerStore } from './answer-store.ts';

describe('the key of an answer', () => {
  const question = {
    scope: 'a',
    modelId: 'm',
    input: { messages: [{ role: 'user', content: [{ text: 'x' }] }], z: 1 },
  };

  it('does not depend on the order of object keys at any depth', () => {
    const turned = {
      input: { z: 1, messages: [{ content: [{ text: 'x' }], role: 'user' }] },
      modelId: 'm',
      scope: 'a',
    };
    expect(cacheKey(turned)).toBe(cacheKey(question));
    expect(cacheKey(question)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('depends on the caller, the model, the content and the order of messages', () => {
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

  it('includes a field named __proto__', () => {
    const withField = JSON.parse('{"__proto__":{"a":1}}') as unknown;
    expect(cacheKey({ ...question, input: withField })).not.toBe(cacheKey({ ...question, input: {} }));
  });
});

describe('answers in memory', () => {
  it('are stored and never exceed their maximum bytes', async () => {
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
    cache.set('quiet', 'stored', 'x'.repeat(600));
    for (let index = 0; index < 100; index += 1) cache.set('busy', `${index}`, 'y'.repeat(600));
    expect(await cache.get('stored')).toHaveLength(600);
    expect(await cache.get('99')).toHaveLength(600);
  });

  it('are kept as far as they fit when the limit changes', async () => {
    const config = { answerCache: { ttlSeconds: 60, maxBytes: 10_000 } };
    const cache = new AnswerStore(config);
    cache.set('owner', 'a', 'x'.repeat(600));
    cache.set('owner', 'b', 'y'.repeat(600));
    config.answerCache = { ttlSeconds: 60, maxBytes: 1_000 };
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('b')).toHaveLength(600);
  });
});
