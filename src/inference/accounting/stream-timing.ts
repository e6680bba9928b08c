import type { RequestReport } from '../../request/request-context.ts';

/** How steadily a streamed answer comes, after its first event. Costs a look at the clock for each batch of events. */
export class StreamTiming {
  private readonly begunAt: number;
  private latestAt: number;
  private longestGapMs = 0;
  private batches = 0;

  constructor(now: number = performance.now()) {
    this.begunAt = now;
    this.latestAt = now;
  }

  /** Something has come. */
  eventReceived(now: number = performance.now()): void {
    const gap = now - this.latestAt;
    if (gap > this.longestGapMs) this.longestGapMs = gap;
    this.latestAt = now;
    this.batches += 1;
  }

  /** `outputTokens` of the one stream there is; undefined where there are several, or nobody has counted. */
  writeTo(report: RequestReport, outputTokens: number | undefined): void {
    // An answer that came in one piece has no pace.
    if (this.batches < 2) return;
    report.longestGapMs = rounded(this.longestGapMs);
    if (outputTokens === undefined || outputTokens < 2) return;
    report.msPerToken = rounded((this.latestAt - this.begunAt) / (outputTokens - 1));
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
