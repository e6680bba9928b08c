import type { ColumnType } from 'kysely';
import type { ExportTables } from './export-tables.ts';

/** A whole number of 64 bits. SQLite returns BigInt, and `pg` text. Money is nano-USD. */
type LedgerNumber = ColumnType<bigint | string, bigint | number, bigint | number>;
type LedgerText = string | null;

interface TokenColumns {
  input_tokens: LedgerNumber;
  output_tokens: LedgerNumber;
  cache_read_tokens: LedgerNumber;
  /** Includes those for one hour. */
  cache_write_tokens: LedgerNumber;
  cache_write_1h_tokens: LedgerNumber;
}

interface CostColumns {
  list_cost: LedgerNumber;
  contract_cost: LedgerNumber;
}

/** One request, or one background response. */
export interface LedgerRowTable extends TokenColumns, CostColumns {
  /** UTC day of the id, YYYY-MM-DD. PostgreSQL has a partition for each. */
  day: string;
  /** UUIDv7. */
  id: string;
  /** Milliseconds since 1970. */
  at: LedgerNumber;
  request_id: string;
  trace_id: LedgerText;
  endpoint: string;
  method: string;
  key_id: LedgerText;
  team_id: LedgerText;
  application_id: LedgerText;
  principal_id: LedgerText;
  cost_center: LedgerText;
  model_asked: LedgerText;
  model_answering: LedgerText;
  status: string;
  http_status: LedgerNumber;
  error_code: LedgerText;
  error_source: LedgerText;
  duration_ms: LedgerNumber;
  first_event_ms: LedgerNumber | null;
  retries: LedgerNumber;
  /** List of texts as JSON. */
  fallback: LedgerText;
  /** List of texts as JSON. */
  adjusted: LedgerText;
  cache: LedgerText;
  saved_cost: LedgerNumber | null;
  is_estimated: LedgerNumber;
  price_source: LedgerText;
  /** Number of requests for which the row stands. */
  requests: LedgerNumber;
  /** `LedgerExplanation` as JSON. */
  explain: string;
  /** Id of the row that this row corrects. */
  corrects_id: LedgerText;
}

/** One upstream call that AWS bills. */
export interface LedgerLineTable extends CostColumns {
  day: string;
  row_id: string;
  /** Index in the row, from 0. */
  position: LedgerNumber;
  at: LedgerNumber;
  model: string;
  target: LedgerText;
  region: string;
  profile: LedgerText;
  account: LedgerText;
  tier: string;
  /** List of `PricedUnit` as JSON. */
  units: string;
  price_version: string;
  price_source: string;
  is_estimated: LedgerNumber;
  upstream_request_id: LedgerText;
}

/** Sums of the rows of a day or a month for a member of a dimension, such as a team. */
export interface LedgerRollupTable extends TokenColumns, CostColumns {
  /** One of `ROLLUP_DIMENSIONS`, such as `team` by day and `key_month` by month. */
  dimension: string;
  /** YYYY-MM-DD or YYYY-MM in `ledger.timeZone`. */
  period: string;
  /** Id of the team, application, key or principal, the cost center, or the model. Empty for rows without one. */
  member: string;
  /** Empty except for `team_model` and the sums of months. */
  model: string;
  requests: LedgerNumber;
  failed: LedgerNumber;
  refused: LedgerNumber;
  canceled: LedgerNumber;
  lost: LedgerNumber;
  cache_hits: LedgerNumber;
  estimated_requests: LedgerNumber;
  /** Contract cost of the estimated lines. */
  estimated_cost: LedgerNumber;
  saved_cost: LedgerNumber;
}

/** Sums of the lines of a quarter of an hour. */
export interface LedgerQuarterHourTable extends TokenColumns, CostColumns {
  /** Start in UTC: YYYY-MM-DDTHH:MMZ. */
  quarter: string;
  model: string;
  tier: string;
  region: string;
  /** Empty for the account of the gateway. */
  account: string;
  calls: LedgerNumber;
  estimated_calls: LedgerNumber;
  images: LedgerNumber;
  guardrail_units: LedgerNumber;
  estimated_cost: LedgerNumber;
}

/** A row that the database or a rule of the ledger did not accept. */
export interface LedgerQuarantineTable {
  /** Id of the row; a hash of its content if it has none. */
  id: string;
  day: string;
  reason: string;
  /** The error. */
  detail: string;
  /** The row as JSON. */
  content: string;
  /** ISO 8601, UTC. */
  at: string;
}

/** A principal whose erasure is repeated for rows that arrive late. */
export interface LedgerErasureTable {
  principal_id: string;
  /** ISO 8601, UTC, by the clock of the database. */
  requested_at: string;
}

/** A month whose sums of days and months do not change any more. */
export interface LedgerClosedMonthTable {
  /** YYYY-MM in `ledger.timeZone`. */
  month: string;
  /** When the sums were frozen, ISO 8601, UTC. */
  begun_at: string;
  /** `MonthManifest` as JSON. Null until it is complete. */
  manifest: LedgerText;
  /** SHA-256 of `manifest`, as hexadecimal digits. */
  manifest_hash: LedgerText;
}

/** A row that counts into another month than that of its time, or that corrects another row. */
export interface LedgerAdjustmentTable {
  row_id: string;
  /** `late` or `correction`. */
  kind: string;
  /** YYYY-MM: the closed month of a late row, or the month of the corrected row. */
  month: string;
  /** Day into which it counts, in `ledger.timeZone`. */
  counted_on: string;
  reason: LedgerText;
  /** ISO 8601, UTC. */
  at: string;
}

/** The latest comparison of a month with AWS's bill. */
export interface LedgerReconciliationTable {
  /** YYYY-MM. */
  month: string;
  /** ISO 8601, UTC. */
  computed_at: string;
  /** `Reconciliation` as JSON. */
  report: string;
}

export interface LedgerTables extends ExportTables {
  ledger_row: LedgerRowTable;
  ledger_line: LedgerLineTable;
  ledger_rollup: LedgerRollupTable;
  ledger_quarter_hour: LedgerQuarterHourTable;
  ledger_quarantine: LedgerQuarantineTable;
  ledger_erasure: LedgerErasureTable;
  ledger_closed_month: LedgerClosedMonthTable;
  ledger_adjustment: LedgerAdjustmentTable;
  ledger_reconciliation: LedgerReconciliationTable;
}
