import { withoutUnknownNames } from '../../telemetry/logging/adjustment-notes.ts';
import type { Caller } from '../../request/caller.ts';
import type { RequestReport } from '../../request/request-context.ts';
import type { LedgerLine } from '../../usage/ledger-line.ts';
import type { LedgerRow, LedgerStatus, LedgerUsage } from '../rows/ledger-row.ts';
import type { EndedRequest } from './ended-request.ts';
import { explanationOf } from './explanation-of.ts';
import { boundedList, boundedText } from './bounded-text.ts';
import { nameInRequest } from './name-in-request.ts';
import { utcDay } from '../time/utc-time.ts';
import { timeOfUuidV7 } from '../time/uuid-v7.ts';

/** The caller of work without one. */
const NO_CALLER: Partial<Caller> = {};
const NO_LINES: readonly LedgerLine[] = [];
const NO_USAGE: LedgerUsage = Object.freeze({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 });

/** Returns the row of a request that has ended. */
export function ledgerRowOf(ended: EndedRequest): LedgerRow {
  const { context, ledgerId, httpStatus } = ended;
  const { report, caller = NO_CALLER } = context;
  const { lines = NO_LINES, adjusted, model } = report;
  const at = timeOfUuidV7(ledgerId);
  return {
    id: ledgerId,
    day: utcDay(at),
    at,
    requestId: ended.requestId,
    traceId: context.trace?.traceId,
    endpoint: ended.endpoint,
    method: ended.method,
    // A principal with a token has its own id.
    key: caller.id === caller.principal ? undefined : caller.id,
    team: caller.team?.id,
    application: caller.application?.id,
    principal: caller.principal,
    costCenter: caller.costCenter,
    modelAsked: boundedText(modelAskedOf(ended)),
    modelAnswering: hasAnswered(report) ? boundedText(model) : undefined,
    status: ledgerStatusOf(ended),
    httpStatus,
    errorCode: report.errorCode ?? undefined,
    errorSource: report.errorSource,
    durationMs: ended.durationMs,
    firstEventMs: report.firstEventMs,
    retries: report.retries ?? 0,
    fallback: boundedList(report.fallback),
    cache: report.cache,
    savedNano: report.savedNano,
    adjusted: boundedList(adjusted && withoutUnknownNames(adjusted)),
    usage: usageOfLines(lines),
    isEstimated: lines.some(({ isEstimated }) => isEstimated),
    listCostNano: sumOf(lines, 'listCostNano'),
    contractCostNano: sumOf(lines, 'contractCostNano'),
    priceSource: report.priceSource,
    count: 1,
    explain: explanationOf(ended),
    lines,
  };
}

/** Returns true if the gateway refused the request before it reached a model. */
export function isRefused({ context: { report, attempts } }: Pick<EndedRequest, 'context'>): boolean {
  return report.errorCode !== undefined && report.errorSource !== 'upstream' && !attempts.hasBegun;
}

function ledgerStatusOf(ended: EndedRequest): LedgerStatus {
  const { errorCode, errorSource } = ended.context.report;
  if (errorCode === 'response_stopped') return 'canceled';
  if (ended.isCut && (errorCode === undefined || errorSource === 'client')) return 'canceled';
  if (errorCode === undefined) return 'succeeded';
  return isRefused(ended) ? 'refused' : 'failed';
}

/** Returns true if a model or the answer cache has answered, at least in part. */
function hasAnswered({ lines, cache }: RequestReport): boolean {
  return lines !== undefined || cache === 'hit';
}

function modelAskedOf({ context: { report }, modelText }: EndedRequest): string | undefined {
  return report.redirectedFrom ?? modelBeforeFallback(report) ?? report.model ?? nameInRequest(modelText);
}

/** Returns the first model that failed, from its entry `model=error_code`; undefined if none did. */
function modelBeforeFallback({ fallback }: RequestReport): string | undefined {
  const first = fallback?.[0];
  return first?.slice(0, first.lastIndexOf('='));
}

function usageOfLines(lines: readonly LedgerLine[]): LedgerUsage {
  if (lines.length === 0) return NO_USAGE;
  let [input, output, cacheRead, cacheWrite, cacheWrite1h] = [0, 0, 0, 0, 0];
  for (const { units } of lines) {
    for (const { kind, count } of units) {
      if (kind === 'input') input += count;
      else if (kind === 'output') output += count;
      else if (kind === 'cacheRead') cacheRead += count;
      else if (kind === 'cacheWrite5m') cacheWrite += count;
      else if (kind === 'cacheWrite1h') cacheWrite1h += count;
    }
  }
  return { input, output, cacheRead, cacheWrite: cacheWrite + cacheWrite1h, cacheWrite1h };
}

/** Returns the sum in nano-USD, at most the largest safe integer. */
function sumOf(lines: readonly LedgerLine[], cost: 'listCostNano' | 'contractCostNano'): number {
  let sum = 0;
  for (const line of lines) sum += line[cost];
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}
