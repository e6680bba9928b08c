import { GatewayError } from '../../errors/errors.ts';
import type { Usage } from '../../usage/usage.ts';
import type { QuotaBucket } from './quota-table.ts';

/**
 * Quota reserved before a request is sent. The first call of `settle`, `release` or `throttled` ends it; later calls have no
 * effect.
 */
export interface Reservation {
  /** The remaining quota for the response headers. Absent if tokens have no quota. */
  readonly status?: QuotaStatus;
  /** Returns the unused part after an answer. Without `usage`, the actual usage is unknown, so the reservation is kept. */
  settle(usage?: Usage): void;
  /** Returns the whole reservation, because the request was not accepted. */
  release(): void;
  /** Records that Bedrock throttled the request although it fitted. `message` of AWS names the exhausted quota. */
  throttled(message: string): void;
}

/** Status of the tokens-per-minute quota. */
export interface QuotaStatus {
  /** Tokens per minute. */
  limit: number;
  remaining: number;
  /** Milliseconds until the whole quota is available again. */
  resetMs: number;
}

/** An exhausted quota. */
export interface QuotaExhausted {
  /** Name of the bucket, e.g. `eu-central-1/geo/claude-sonnet-4-6/tokensPerMinute`. */
  bucket: string;
  /**
   * Milliseconds until the demand fits, if no other request uses the quota. It can fit earlier, when other answers use less
   * than reserved.
   */
  availableInMs: number;
  empty: QuotaBucket;
}

/** Reservation at a target without quotas. */
export const NO_RESERVATION: Reservation = {
  settle: () => {},
  release: () => {},
  throttled: () => {},
};

/** Returns true if nothing was reserved. */
export function isExhausted(answer: Reservation | QuotaExhausted): answer is QuotaExhausted {
  return 'availableInMs' in answer;
}

/** Codes of throttles, as in `bedrock-errors.ts`. */
const THROTTLES: readonly (string | null)[] = ['rate_limit_exceeded', 'insufficient_quota'];

/** Code of a request that was not sent, as in `bedrock/transport/unsendable.ts`. */
const NEVER_SENT = 'request_not_sendable';

/**
 * Ends the reservation of a failed request. A request that Bedrock rejected with an exception uses no quota. The usage
 * of an interrupted or canceled request is unknown, so its reservation is kept.
 */
export function settleFailed(reservation: Reservation, failure: unknown): void {
  if (failure instanceof GatewayError && failure.code === NEVER_SENT) return reservation.release();
  if (!(failure instanceof GatewayError) || failure.exception === undefined) reservation.settle();
  else if (THROTTLES.includes(failure.code) && !failure.causableByRequest) reservation.throttled(failure.message);
  else reservation.release();
}
