import type { RequestReport } from '../../request/request-context.ts';
import { StreamTiming } from './stream-timing.ts';

/** Hears at these milliseconds after its beginning. */
function factsAfter(moments: readonly number[], outputTokens: number | undefined): RequestReport {
  const pace = new StreamTiming(1_000);
  for (const moment of moments) pace.eventReceived(1_000 + moment);
  const report: RequestReport = {};
  pace.writeTo(report, outputTokens);
  return report;
}

describe('StreamTiming', () => {
  it('reports the longest gap, and the time for each token after the first', () => {
    expect(factsAfter([0, 100, 450, 500], 11)).toEqual({ longestGapMs: 350, msPerToken: 50 });
  });

  it('reports no time for a token without a count, or with one token', () => {
    expect(factsAfter([0, 100], undefined)).toEqual({ longestGapMs: 100 });
    expect(factsAfter([0, 100], 1)).toEqual({ longestGapMs: 100 });
  });

  it('reports nothing for a stream of one batch or none', () => {
    expect(factsAfter([5], 100)).toEqual({});
    expect(factsAfter([], undefined)).toEqual({});
  });
});
