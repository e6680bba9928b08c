import type { RequestReport } from '../../request/request-context.ts';

/** Measures how steadily the events of a streamed answer arrive after the first one. Reads the clock once for each batch. */
export class StreamTiming {
  private readonly begunAt: number;
  private latestAt: number;
  private longestGapMs = 0;
  private batches = 0;

  constructor(now: number = performance.now()) {
    this.begunAt = now;
    this.latestAt = now;
  }

  /** Records the arrival of a batch. */
  eventReceived(now: number = performance.now()): void {
    const gap = now - this.latestAt;
    if (gap > this.longestGapMs) this.longestGapMs = gap;
    this.latestAt = now;
    this.batches += 1;
  }

  /** Writes the timing to a report. `outputTokens` is undefined for several streams, or if Bedrock has not counted them. */
  writeTo(report: RequestReport, outputTokens: number | undefined): void {
    // An answer that arrived in one batch has no rate.
    if (this.batches < 2) return;
    report.longestGapMs = rounded(this.longestGapMs);
    if (outputTokens === undefined || outputTokens < 2) return;
    report.msPerToken = rounded((this.latestAt - this.begunAt) / (outputTokens - 1));
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
