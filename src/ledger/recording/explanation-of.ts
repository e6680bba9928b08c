import type { LedgerExplanation } from '../rows/ledger-explanation.ts';
import { boundedList, boundedText } from './bounded-text.ts';
import type { EndedRequest } from './ended-request.ts';
import { nameInRequest } from './name-in-request.ts';

const MAX_EXPLANATION_BYTES = 8 * 1024;
/** Maximum number of entries of each list. */
const MAX_LISTED_TARGETS = 16;

type TargetLists = Pick<LedgerExplanation, 'failovers' | 'continued' | 'retriedAfter'>;

/** Returns what happened to a request. At most 8 KiB as JSON. */
export function explanationOf({ context, httpStatus, isCut }: EndedRequest): LedgerExplanation {
  const { report, attempts, startedAt } = context;
  const { failovers, continued, retriedAfter, errorStatus } = report;
  const explanation: LedgerExplanation = {
    stream: report.stream || undefined,
    target: boundedText(report.target),
    requestedName: report.requestedName && boundedText(nameInRequest(report.requestedName)),
    modelState: report.modelState,
    upstreamCalls: report.upstreamCalls,
    queuedMs: tenths(report.queuedMs),
    uploadMs: tenths(report.uploadMs),
    addedMs: tenths(report.addedMs),
    waitedFor: report.delaySource,
    quotaWaitMs: tenths(report.quotaWaitMs),
    exhaustedQuota: boundedText(report.exhaustedQuota),
    quotaDemand: report.quotaDemand,
    firstCallMs: attempts.hasBegun ? tenths(attempts.firstBegunAt - startedAt) : undefined,
    lastCallMs: attempts.lastEndedAt > 0 ? tenths(attempts.lastEndedAt - startedAt) : undefined,
    upstreamMs: attempts.hasBegun ? tenths(attempts.totalMs(performance.now())) : undefined,
    maxGapMs: report.longestGapMs,
    schemaCpuMs: tenths(report.schemaCpuMs),
    clientDisconnected: isCut || undefined,
    errorStatus: errorStatus === httpStatus ? undefined : errorStatus,
    retryAfterSeconds: report.retryAfterSeconds,
    untagged: report.untagged,
    upstreamRequestId: boundedText(report.upstreamRequestId),
  };
  if (failovers === undefined && continued === undefined && retriedAfter === undefined) return explanation;
  return withLists(explanation, { failovers, continued, retriedAfter });
}

/** Adds the lists, or their beginnings if the explanation would be too long. */
function withLists(explanation: LedgerExplanation, lists: TargetLists): LedgerExplanation {
  for (let entries = MAX_LISTED_TARGETS; ; entries >>= 1) {
    const isShortened = Object.values(lists).some((list) => list !== undefined && list.length > entries);
    const complete: LedgerExplanation = {
      ...explanation,
      failovers: boundedList(lists.failovers?.slice(0, entries)),
      continued: boundedList(lists.continued?.slice(0, entries)),
      retriedAfter: boundedList(lists.retriedAfter?.slice(0, entries)),
      isShortened: isShortened || undefined,
    };
    if (entries === 0 || Buffer.byteLength(JSON.stringify(complete)) <= MAX_EXPLANATION_BYTES) return complete;
  }
}

function tenths(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 10) / 10;
}
