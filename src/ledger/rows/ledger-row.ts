import type { ErrorSource } from '../../errors/codes/error-code-row.ts';
import type { LedgerLine } from '../../usage/ledger-line.ts';
import type { PriceSource } from '../../usage/prices/price-book.ts';
import type { LedgerExplanation } from './ledger-explanation.ts';

export const LEDGER_STATUSES = ['succeeded', 'failed', 'refused', 'canceled', 'lost'] as const;

/**
 * How a request ended. The gateway refused it (`refused`), such as by a limit or a rule; the client disconnected or canceled
 * (`canceled`); or the process ended before the request was settled (`lost`).
 */
export type LedgerStatus = (typeof LEDGER_STATUSES)[number];

/** Tokens of a row, by kind. `cacheWrite` includes `cacheWrite1h`. */
export interface LedgerUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
}

/** One request, or one background response. Money is nano-USD. Contains no content. */
export interface LedgerRow {
  /** UUIDv7 that the gateway made when the request arrived. Sent as `x-outcrop-id`. */
  readonly id: string;
  /** Day of `id` in UTC as YYYY-MM-DD. The partition of the row. */
  readonly day: string;
  /** Time of arrival in milliseconds since 1970. */
  readonly at: number;
  /** Value of `x-request-id`. It may come from the client, and is not unique. */
  readonly requestId: string;
  readonly traceId?: string;
  /** Path pattern of the route, such as `/v1/chat/completions`. */
  readonly endpoint: string;
  readonly method: string;
  /** Id of the key. Absent for a principal with a token. */
  readonly key?: string;
  /** Id of the team. */
  readonly team?: string;
  /** Id of the application. */
  readonly application?: string;
  /** Id of the principal. */
  readonly principal?: string;
  /** Cost center of the application, else of the team, at the time of the request. */
  readonly costCenter?: string;
  /** Model in the request. */
  readonly modelAsked?: string;
  readonly modelAnswering?: string;
  readonly status: LedgerStatus;
  readonly httpStatus: number;
  readonly errorCode?: string;
  readonly errorSource?: ErrorSource;
  readonly durationMs: number;
  /** Milliseconds until the first event of a stream. */
  readonly firstEventMs?: number;
  /** Repetitions of the whole request. */
  readonly retries: number;
  /** Models that failed before the one that answered, each with its error code. */
  readonly fallback?: readonly string[];
  readonly cache?: 'hit' | 'miss';
  /** Cost of the answers from the answer cache at list prices, had Bedrock given them. */
  readonly savedNano?: number;
  readonly adjusted?: readonly string[];
  /** Sum of all lines. */
  readonly usage: LedgerUsage;
  /** True if at least one line is estimated. */
  readonly isEstimated: boolean;
  /** Sum of all lines at list prices. */
  readonly listCostNano: number;
  /** Sum of all lines at contract prices where they apply, else at list prices. */
  readonly contractCostNano: number;
  /** Absent without lines that have a price. */
  readonly priceSource?: PriceSource;
  /** Number of requests: 1, or more for a row that stands for several refused requests of one key. */
  readonly count: number;
  /** At most 8 KiB as JSON. */
  readonly explain: LedgerExplanation;
  readonly lines: readonly LedgerLine[];
}
