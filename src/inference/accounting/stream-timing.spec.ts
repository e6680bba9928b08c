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

describe('the pace of a stream', () => {
  it('is its longest silence and its time for each token after the first', () => {
    expect(factsAfter([0, 100, 450, 500], 11)).toEqual({ longestGapMs: 350, msPerToken: 50 });
  });

  it('has no time for a token where nobody counted, or there was only one', () => {
    expect(factsAfter([0, 100], undefined)).toEqual({ longestGapMs: 100 });
    expect(factsAfter([0, 100], 1)).toEqual({ longestGapMs: 100 });
  });

  it('is none where all came at once, or nothing', () => {
    expect(factsAfter([5], 100)).toEqual({});
    expect(factsAfter([], undefined)).toEqual({});
  });
});
