import type { Target } from '../../models/types/model.ts';
import { isCrossAccount, PromptCacheAffinity } from './prompt-cache-affinity.ts';

const A: Target = { id: 'a', region: 'us-east-1', modelId: 'm' };
const B: Target = { id: 'b', region: 'us-west-2', modelId: 'm' };
const KEY = { name: 'key', id: 'key' };

describe('the target whose cache is warm', () => {
  let now = 1_000;
  const warm = new PromptCacheAffinity(() => now);
  const conversation = { key: 'one', lifeMs: 300_000 };

  it('is the last one that a conversation was sent to', () => {
    expect(warm.of(KEY, conversation, [A, B])).toBeUndefined();
    warm.record(KEY, conversation, B, undefined);
    expect(warm.of(KEY, conversation, [A, B])?.target).toBe(B);
    expect(warm.of(KEY, { key: 'two', lifeMs: 300_000 }, [A, B])).toBeUndefined();
    expect(warm.of(KEY, conversation, [A])).toBeUndefined();
  });

  it('has seen turns of another account once the conversation has moved', () => {
    const abroad = { ...B, account: 'team-b' };
    const there = warm.of(KEY, conversation, [abroad]);
    expect([isCrossAccount(undefined, A), isCrossAccount(there, abroad), isCrossAccount(there, A)]).toEqual([
      false,
      false,
      true,
    ]);
    warm.record(KEY, conversation, A, there);
    expect(isCrossAccount(warm.of(KEY, conversation, [A]), A)).toBe(true);
    warm.record(KEY, conversation, B, undefined);
  });

  it('is so for the life of the cached prompt after its last use', () => {
    now += 200_000;
    warm.record(KEY, conversation, B, undefined);
    now += 299_000;
    expect(warm.of(KEY, conversation, [A, B])?.target).toBe(B);
    now += 2_000;
    expect(warm.of(KEY, conversation, [A, B])).toBeUndefined();
  });

  it('is not forgotten because another key has many conversations', () => {
    warm.record({ name: 'quiet', id: 'quiet' }, { key: 'quiet', lifeMs: 300_000 }, A, undefined);
    for (let index = 0; index < 30_000; index += 1) {
      warm.record(KEY, { key: `busy ${index}`, lifeMs: 300_000 }, B, undefined);
    }
    expect(warm.of({ name: 'quiet', id: 'quiet' }, { key: 'quiet', lifeMs: 300_000 }, [A, B])?.target).toBe(A);
  });

  it('is not changed by another key that begins a conversation in the same way', () => {
    const other = { name: 'other', id: 'other' };
    warm.record(KEY, conversation, A, undefined);
    expect(warm.of(other, conversation, [A, B])).toBeUndefined();
    warm.record(other, conversation, { ...B, account: 'team-b' }, { target: A, answeredInOtherAccounts: true });
    expect(warm.of(KEY, conversation, [A, B])).toEqual({ target: A, answeredInOtherAccounts: false });
  });
});
