import type { LedgerExplanation } from '../rows/ledger-explanation.ts';
import { type FailedCall, failedCalls, type RetriedFailure, retriedFailures } from './failed-calls.ts';
import { type ModelChoice, modelChoice } from './model-reason.ts';
import { type RequestError, requestErrorOf } from './request-error.ts';
import { type ExplainedLine, explainedLine } from './request-lines.ts';
import type { RequestNames } from './request-names.ts';
import { type RequestSummary, summaryOf, usdText } from './request-summary.ts';
import { type RequestTimeline, timelineOf } from './request-timeline.ts';
import type { StoredRequest } from './stored-request.ts';

/** Which targets of Bedrock a request has tried. */
export interface TriedTargets {
  /** Id of the target that answered; null if none did. */
  readonly answering: string | null;
  /** Targets that failed before it. */
  readonly failed: readonly FailedCall[];
  /** Models that failed before the one that answered. */
  readonly failedModels: readonly FailedCall[];
  /** Targets whose stream broke off, so that another one continued it. */
  readonly continued: readonly FailedCall[];
  /** Repetitions of the whole request. */
  readonly retries: number;
  readonly retried: readonly RetriedFailure[];
  /** Calls of Bedrock, without those of retries, fallback models and failovers. */
  readonly calls: number;
  /** AWS's id of the failed request. */
  readonly upstreamRequestId: string | null;
}

/** A quota of Bedrock that was exhausted for a call. */
export interface QuotaReservation {
  readonly exhausted: string;
  /** Tokens to reserve for the call. */
  readonly demandTokens: number;
  /** Milliseconds of the wait; 0 if the call was refused or another target answered. */
  readonly waitedMs: number;
}

/** All that is known about a request. Money is USD as exact decimal text. Contains no content. */
export interface ExplainedRequest extends Omit<RequestSummary, 'modelAsked' | 'modelAnswering' | 'costUsd' | 'cache'> {
  readonly day: string;
  readonly traceId: string | null;
  readonly method: string;
  readonly isStream: boolean;
  readonly hasClientDisconnected: boolean;
  readonly costCenter: string | null;
  readonly model: ModelChoice;
  readonly error: RequestError | null;
  readonly targets: TriedTargets;
  readonly quota: QuotaReservation | null;
  /** What was changed or left out for the model, and repairs, as `x-outcrop-adjusted` has them. */
  readonly adjustments: readonly string[];
  readonly cost: {
    readonly listUsd: string;
    readonly contractUsd: string;
    readonly priceSource: string | null;
    readonly isEstimated: boolean;
  };
  readonly cache: { readonly result: string; readonly savedUsd: string } | null;
  /** Id of the row that this row corrects. */
  readonly corrects: string | null;
  readonly lines: readonly ExplainedLine[];
  readonly hasMoreLines: boolean;
  readonly timeline: RequestTimeline;
  /** True if lists of the explanation were shortened to fit. */
  readonly isShortened: boolean;
}

/** Returns all that is known about a request. */
export function explainedRequest({ hasMoreLines, lines, row }: StoredRequest, names: RequestNames): ExplainedRequest {
  const explanation = JSON.parse(row.explain) as LedgerExplanation;
  const fallback = listedTexts(row.fallback);
  const { cache, costUsd: _cost, modelAnswering: _answering, modelAsked: _asked, ...summary } = summaryOf(row, names);
  return {
    ...summary,
    day: row.day,
    traceId: row.trace_id,
    method: row.method,
    isStream: explanation.stream === true,
    hasClientDisconnected: explanation.clientDisconnected === true,
    costCenter: row.cost_center,
    model: modelChoice(row, explanation, fallback),
    error: requestErrorOf(row, explanation),
    targets: targetsOf(explanation, fallback, Number(row.retries), lines.length),
    quota: quotaOf(explanation),
    adjustments: listedTexts(row.adjusted),
    cost: {
      listUsd: usdText(row.list_cost),
      contractUsd: usdText(row.contract_cost),
      priceSource: row.price_source,
      isEstimated: summary.isEstimated,
    },
    cache: cache === null ? null : { result: cache, savedUsd: usdText(row.saved_cost ?? '0') },
    corrects: row.corrects_id,
    lines: lines.map(explainedLine),
    hasMoreLines,
    timeline: timelineOf(explanation, summary),
    isShortened: explanation.isShortened === true,
  };
}

function targetsOf(
  explanation: LedgerExplanation,
  fallback: readonly string[],
  retries: number,
  lines: number,
): TriedTargets {
  const { continued, failovers, firstCallMs, retriedAfter, target, upstreamCalls } = explanation;
  return {
    answering: target ?? null,
    failed: failedCalls(failovers),
    failedModels: failedCalls(fallback),
    continued: failedCalls(continued),
    retries,
    retried: retriedFailures(retriedAfter),
    calls: upstreamCalls ?? (firstCallMs !== undefined || lines > 0 ? 1 : 0),
    upstreamRequestId: explanation.upstreamRequestId ?? null,
  };
}

function quotaOf({ exhaustedQuota, quotaDemand, quotaWaitMs }: LedgerExplanation): QuotaReservation | null {
  if (exhaustedQuota === undefined) return null;
  return { exhausted: exhaustedQuota, demandTokens: quotaDemand ?? 0, waitedMs: quotaWaitMs ?? 0 };
}

function listedTexts(json: string | null): readonly string[] {
  return json === null ? [] : (JSON.parse(json) as readonly string[]);
}
