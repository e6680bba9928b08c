import type { Target } from '../../models/types/model.ts';
import { isCrossAccount, PromptCacheAffinity } from './prompt-cache-affinity.ts';

const A: Target = { id: 'a', region: 'us-east-1', modelId: 'm' };
const B: Target = { id: 'b', region: 'us-west-2', modelId: 'm' };
const KEY = { name: 'key', id: 'key' };

describe('PromptCacheAffinity', () => {
  let now = 1_000;
  const warm = new PromptCacheAffinity(() => now);
  const conversation = { key: 'one', lifeMs: 300_000 };

  it('returns the last target of a conversation', () => {
    expect(warm.of(KEY, conversation, [A, B])).toBeUndefined();
    warm.record(KEY, conversation, B, undefined);
    expect(warm.of(KEY, conversation, [A, B])?.target).toBe(B);
    expect(warm.of(KEY, { key: 'two', lifeMs: 300_000 }, [A, B])).toBeUndefined();
    expect(warm.of(KEY, conversation, [A])).toBeUndefined();
  });

  it('reports turns of another account after the conversation has moved', () => {
    const inOtherAccount = { ...B, account: 'team-b' };
    const there = warm.of(KEY, conversation, [inOtherAccount]);
    expect([isCrossAccount(undefined, A), isCrossAccount(there, inOtherAccount), isCrossAccount(there, A)]).toEqual([
      false,
      false,
      true,
    ]);
    warm.record(KEY, conversation, A, there);
    expect(isCrossAccount(warm.of(KEY, conversation, [A]), A)).toBe(true);
    warm.record(KEY, conversation, B, undefined);
  });

  it('keeps a conversation for the lifetime of its cached prompt', () => {
    now += 200_000;
    warm.record(KEY, conversation, B, undefined);
    now += 299_000;
    expect(warm.of(KEY, conversation, [A, B])?.target).toBe(B);
    now += 2_000;
    expect(warm.of(KEY, conversation, [A, B])).toBeUndefined();
  });

  it('keeps a conversation when another key has many', () => {
    warm.record({ name: 'quiet', id: 'quiet' }, { key: 'quiet', lifeMs: 300_000 }, A, undefined);
    for (let index = 0; index < 30_000; index += 1) {
      warm.record(KEY, { key: `busy ${index}`, lifeMs: 300_000 }, B, undefined);
    }
    expect(warm.of({ name: 'quiet', id: 'quiet' }, { key: 'quiet', lifeMs: 300_000 }, [A, B])?.target).toBe(A);
  });

  it('ignores another key whose conversation begins in the same way', () => {
    const other = { name: 'other', id: 'other' };
    warm.record(KEY, conversation, A, undefined);
    expect(warm.of(other, conversation, [A, B])).toBeUndefined();
    warm.record(other, conversation, { ...B, account: 'team-b' }, { target: A, answeredInOtherAccounts: true });
    expect(warm.of(KEY, conversation, [A, B])).toEqual({ target: A, answeredInOtherAccounts: false });
  });
});
