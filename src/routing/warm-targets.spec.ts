import type { Target } from '../models/model.ts';
import { WarmTargets } from './warm-targets.ts';

const A: Target = { id: 'a', region: 'us-east-1', modelId: 'm' };
const B: Target = { id: 'b', region: 'us-west-2', modelId: 'm' };

describe('the target whose cache is warm', () => {
  let now = 1_000;
  const warm = new WarmTargets(() => now);
  const conversation = { key: 'one', lifeMs: 300_000 };

  it('is the last one that a conversation was sent to', () => {
    expect(warm.of(conversation, [A, B])).toBeUndefined();
    warm.used(conversation, B);
    expect(warm.of(conversation, [A, B])).toBe(B);
    expect(warm.of({ key: 'two', lifeMs: 300_000 }, [A, B])).toBeUndefined();
    expect(warm.of(conversation, [A])).toBeUndefined();
  });

  it('is so for the life of the cached prompt after its last use', () => {
    now += 200_000;
    warm.used(conversation, B);
    now += 299_000;
    expect(warm.of(conversation, [A, B])).toBe(B);
    now += 2_000;
    expect(warm.of(conversation, [A, B])).toBeUndefined();
  });
});
