import type { ErrorSource } from '../../errors/codes/error-code-row.ts';
import type { LedgerExplanation } from '../rows/ledger-explanation.ts';
import { retriedFailures } from './failed-calls.ts';

/** A moment of a request, in milliseconds after its arrival. */
export interface TimelineStep {
  readonly event: 'arrived' | 'first_call' | 'first_event' | 'last_call_ended' | 'ended';
  readonly atMs: number;
}

/** How long parts of a request lasted, in milliseconds. Absent parts did not occur. */
export interface TimelineParts {
  /** The body arrived. */
  readonly uploadMs?: number;
  /** The request waited for an admission slot. */
  readonly queueMs?: number;
  /** Calls waited for a quota of Bedrock. */
  readonly quotaMs?: number;
  /** The gateway checked and translated the request, and chose a target: the rest of the time before the first call. */
  readonly translationMs?: number;
  /** Calls of Bedrock were open. */
  readonly bedrockMs?: number;
  /** The request waited before retries. */
  readonly retryMs?: number;
  /** From the end of the last call to the end of the response. */
  readonly finishMs?: number;
  /** Longest silence of a stream after its first event. */
  readonly maxGapMs?: number;
  /** CPU time of the check against the client's schema. */
  readonly schemaCpuMs?: number;
}

export interface RequestTimeline {
  readonly steps: readonly TimelineStep[];
  readonly parts: TimelineParts;
  /** Time that the gateway added before the first event, and the main cause of it. */
  readonly addedMs?: number;
  readonly waitedFor?: ErrorSource;
}

/** Times of a row besides its explanation. */
interface RowTimes {
  readonly durationMs: number;
  readonly firstEventMs: number | null;
}

/** Returns what a request did when. */
export function timelineOf(explanation: LedgerExplanation, { durationMs, firstEventMs }: RowTimes): RequestTimeline {
  const { addedMs, firstCallMs, lastCallMs, waitedFor } = explanation;
  const steps: TimelineStep[] = [{ event: 'arrived', atMs: 0 }];
  if (firstCallMs !== undefined) steps.push({ event: 'first_call', atMs: firstCallMs });
  if (firstEventMs !== null) steps.push({ event: 'first_event', atMs: firstEventMs });
  if (lastCallMs !== undefined) steps.push({ event: 'last_call_ended', atMs: lastCallMs });
  steps.push({ event: 'ended', atMs: durationMs });
  return {
    steps: steps.sort((one, other) => one.atMs - other.atMs),
    parts: timelineParts(explanation, durationMs),
    ...(addedMs !== undefined && { addedMs }),
    ...(waitedFor !== undefined && { waitedFor }),
  };
}

function timelineParts(explanation: LedgerExplanation, durationMs: number): TimelineParts {
  const { firstCallMs, lastCallMs, maxGapMs, queuedMs, quotaWaitMs, schemaCpuMs, uploadMs, upstreamMs } = explanation;
  const retries = retriedFailures(explanation.retriedAfter);
  const before = (uploadMs ?? 0) + (queuedMs ?? 0) + (quotaWaitMs ?? 0);
  return {
    uploadMs,
    queueMs: queuedMs,
    quotaMs: quotaWaitMs,
    translationMs: firstCallMs === undefined ? undefined : tenthsOf(firstCallMs - before),
    bedrockMs: upstreamMs,
    retryMs: retries.length === 0 ? undefined : retries.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
    finishMs: lastCallMs === undefined ? undefined : tenthsOf(durationMs - lastCallMs),
    maxGapMs,
    schemaCpuMs,
  };
}

/** Rounds to tenths. A wait for a quota may come after the first call, so the result is at least 0. */
function tenthsOf(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds * 10) / 10);
}
