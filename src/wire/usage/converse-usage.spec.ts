import { describe, expect, it } from '@jest/globals';

import { addUsage } from '../../usage/usage.ts';
import { usageOfAnswer } from './converse-usage.ts';
import type { ConverseAnswer, ConverseUsage } from '../converse.ts';

function usageOf(usage: ConverseUsage) {
  return usageOfAnswer({ usage } as ConverseAnswer);
}

const PLAIN = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };

describe('usage', () => {
  it('reports the lifetime of cache writes if Bedrock does', () => {
    const details = [
      { ttl: '1h' as const, inputTokens: 30 },
      { ttl: '5m' as const, inputTokens: 10 },
    ];
    const written = usageOf({ ...PLAIN, cacheWriteInputTokens: 40, cacheDetails: details });
    expect(written).toEqual({
      input: 1,
      output: 2,
      cacheRead: 0,
      cacheWrite: 40,
      cacheWrite1h: 30,
    });
    expect(usageOf(PLAIN)).toEqual({ input: 1, output: 2, cacheRead: 0, cacheWrite: 0 });
    expect(usageOf({ ...PLAIN, cacheDetails: [] })).not.toHaveProperty('cacheWrite1h');
  });

  it('is added up with its details', () => {
    const hour = usageOf({ ...PLAIN, cacheWriteInputTokens: 5, cacheDetails: [{ ttl: '1h', inputTokens: 5 }] });
    expect(addUsage(addUsage(hour, usageOf(PLAIN)), hour)).toMatchObject({ cacheWrite: 10, cacheWrite1h: 10 });
  });
});
