import { formatUsd } from '../../usage/money.ts';
import type { LedgerUsage } from '../rows/ledger-row.ts';
import { ownersOf, type RequestNames, type RequestOwners } from './request-names.ts';
import type { ListedRequestRow } from './stored-request.ts';

/** A request in a list. Money is USD as exact decimal text. Null: the request has no such value. */
export interface RequestSummary extends RequestOwners {
  readonly id: string;
  /** Time of arrival, ISO 8601 in UTC. */
  readonly at: string;
  /** Value of `x-request-id`. */
  readonly requestId: string;
  readonly endpoint: string;
  readonly modelAsked: string | null;
  readonly modelAnswering: string | null;
  readonly status: string;
  readonly httpStatus: number;
  readonly errorCode: string | null;
  readonly errorSource: string | null;
  readonly durationMs: number;
  readonly firstEventMs: number | null;
  readonly tokens: LedgerUsage;
  readonly cache: string | null;
  /** At contract prices where they apply, else at list prices. */
  readonly costUsd: string;
  readonly isEstimated: boolean;
  /** Requests for which the row stands: more than 1 only for refused ones. */
  readonly count: number;
}

/** Returns a row as lists show it. */
export function summaryOf(row: ListedRequestRow, names: RequestNames): RequestSummary {
  return {
    id: row.id,
    at: isoTime(row.at),
    requestId: row.request_id,
    ...ownersOf(row, names),
    endpoint: row.endpoint,
    modelAsked: row.model_asked,
    modelAnswering: row.model_answering,
    status: row.status,
    httpStatus: Number(row.http_status),
    errorCode: row.error_code,
    errorSource: row.error_source,
    durationMs: Number(row.duration_ms),
    firstEventMs: row.first_event_ms === null ? null : Number(row.first_event_ms),
    tokens: tokensOf(row),
    cache: row.cache,
    costUsd: usdText(row.contract_cost),
    isEstimated: storedFlag(row.is_estimated),
    count: Number(row.requests),
  };
}

function tokensOf(row: ListedRequestRow): LedgerUsage {
  return {
    input: Number(row.input_tokens),
    output: Number(row.output_tokens),
    cacheRead: Number(row.cache_read_tokens),
    cacheWrite: Number(row.cache_write_tokens),
    cacheWrite1h: Number(row.cache_write_1h_tokens),
  };
}

/** Converts milliseconds since 1970 to ISO 8601. */
export function isoTime(at: bigint | string): string {
  return new Date(Number(at)).toISOString();
}

/** Converts nano-USD of the database to USD. */
export function usdText(nanoUsd: bigint | string): string {
  return formatUsd(BigInt(nanoUsd));
}

/** Converts a stored flag. */
export function storedFlag(value: bigint | string): boolean {
  return Number(value) !== 0;
}
