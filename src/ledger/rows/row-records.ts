import type { LedgerLine } from '../../usage/ledger-line.ts';
import type { LedgerRow } from './ledger-row.ts';

/** A record of a table: values by column. Whole numbers above 2^53 are decimal text, and null is undefined. */
export type LedgerRecord = Readonly<Record<string, string | number | undefined>>;

/** Returns the record of a row, without its lines. */
export function rowRecord(row: LedgerRow): LedgerRecord {
  const { usage } = row;
  return {
    day: row.day,
    id: row.id,
    at: Math.floor(row.at),
    request_id: row.requestId,
    trace_id: row.traceId,
    endpoint: row.endpoint,
    method: row.method,
    key_id: row.key,
    team_id: row.team,
    application_id: row.application,
    principal_id: row.principal,
    cost_center: row.costCenter,
    model_asked: row.modelAsked,
    model_answering: row.modelAnswering,
    status: row.status,
    http_status: Math.round(row.httpStatus),
    error_code: row.errorCode,
    error_source: row.errorSource,
    duration_ms: Math.round(row.durationMs),
    first_event_ms: roundedOrNone(row.firstEventMs),
    retries: Math.round(row.retries),
    fallback: listText(row.fallback),
    adjusted: listText(row.adjusted),
    cache: row.cache,
    saved_cost: roundedOrNone(row.savedNano),
    input_tokens: Math.ceil(usage.input),
    output_tokens: Math.ceil(usage.output),
    cache_read_tokens: Math.ceil(usage.cacheRead),
    cache_write_tokens: Math.ceil(usage.cacheWrite),
    cache_write_1h_tokens: Math.ceil(usage.cacheWrite1h),
    is_estimated: row.isEstimated ? 1 : 0,
    list_cost: Math.round(row.listCostNano),
    contract_cost: Math.round(row.contractCostNano),
    price_source: row.priceSource,
    requests: Math.round(row.count),
    explain: JSON.stringify(row.explain),
  };
}

/** Returns the record of a line. `position` is its index in the row. */
export function lineRecord({ day, id }: LedgerRow, line: LedgerLine, position: number): LedgerRecord {
  return {
    day,
    row_id: id,
    position,
    at: Math.floor(line.at),
    model: line.model,
    target: line.target,
    region: line.region,
    profile: line.profile,
    account: line.account,
    tier: line.tier,
    units: JSON.stringify(line.units),
    list_cost: Math.round(line.listCostNano),
    contract_cost: Math.round(line.contractCostNano),
    price_version: line.priceVersion,
    price_source: line.priceSource,
    is_estimated: line.isEstimated ? 1 : 0,
    upstream_request_id: line.upstreamRequestId,
  };
}

function listText(list: readonly string[] | undefined): string | undefined {
  return list && JSON.stringify(list);
}

function roundedOrNone(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}
