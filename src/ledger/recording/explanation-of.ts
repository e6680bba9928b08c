import type { LedgerExplanation } from '../rows/ledger-explanation.ts';
import { boundedList, boundedText } from './bounded-text.ts';
import type { EndedRequest } from './ended-request.ts';

const MAX_EXPLANATION_BYTES = 8 * 1024;

type TargetLists = Pick<LedgerExplanation, 'failovers' | 'continued'>;

/** Returns what happened to a request. At most 8 KiB as JSON. */
export function explanationOf({ context, httpStatus, isCut }: EndedRequest): LedgerExplanation {
  const { report, attempts } = context;
  const { failovers, continued, errorStatus } = report;
  const explanation: LedgerExplanation = {
    stream: report.stream || undefined,
    target: boundedText(report.target),
    modelState: report.modelState,
    upstreamCalls: report.upstreamCalls,
    uploadMs: tenths(report.uploadMs),
    addedMs: tenths(report.addedMs),
    waitedFor: report.delaySource,
    upstreamMs: attempts.hasBegun ? tenths(attempts.totalMs(performance.now())) : undefined,
    maxGapMs: report.longestGapMs,
    schemaCpuMs: tenths(report.schemaCpuMs),
    clientDisconnected: isCut || undefined,
    errorStatus: errorStatus === httpStatus ? undefined : errorStatus,
    upstreamRequestId: boundedText(report.upstreamRequestId),
  };
  if (failovers === undefined && continued === undefined) return explanation;
  return withLists(explanation, { failovers, continued });
}

/** Adds the lists, or their beginnings if the explanation would be too long. */
function withLists(explanation: LedgerExplanation, { failovers = [], continued = [] }: TargetLists): LedgerExplanation {
  const lists = { failovers: boundedList(failovers), continued: boundedList(continued) };
  for (let isShortened = lists.failovers.length < failovers.length || lists.continued.length < continued.length; ;) {
    const complete: LedgerExplanation = {
      ...explanation,
      ...(lists.failovers.length > 0 && { failovers: lists.failovers }),
      ...(lists.continued.length > 0 && { continued: lists.continued }),
      ...(isShortened && { isShortened }),
    };
    if (Buffer.byteLength(JSON.stringify(complete)) <= MAX_EXPLANATION_BYTES) return complete;
    lists.failovers = lists.failovers.slice(0, lists.failovers.length >> 1);
    lists.continued = lists.continued.slice(0, lists.continued.length >> 1);
    isShortened = true;
  }
}

function tenths(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 10) / 10;
}
