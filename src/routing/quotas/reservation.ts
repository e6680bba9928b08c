import { GatewayError } from '../../errors/errors.ts';
import type { Usage } from '../../usage/usage.ts';
import type { QuotaBucket } from './quota-table.ts';

/** A place in the quotas, taken before a request is sent. The first of its three ends counts, the others do nothing. */
export interface Reservation {
  /** What is left, for the client to see; absent where tokens have no quota. */
  readonly standing?: QuotaStatus;
  /** The answer is there: what was not used goes back. Without usage nobody knows, and what was taken stays taken. */
  settle(usage?: Usage): void;
  /** The request was never accepted: all of it goes back. */
  release(): void;
  /** Bedrock throttled it although there seemed to be room: its words say which bucket is empty. */
  throttled(message: string): void;
}

/** Tokens of a minute: what there is, what is left and when all of it is back. */
export interface QuotaStatus {
  limit: number;
  remaining: number;
  resetMs: number;
}

/** No room, and when there will be. */
export interface QuotaExhausted {
  /** Name of the bucket, e.g. `eu-central-1/geo/claude-sonnet-4-6/tokensPerMinute`. */
  bucket: string;
  /** If nothing else is in between; answers of others that take less than they might make it earlier. */
  availableInMs: number;
  empty: QuotaBucket;
}

/** Where no quota holds. */
export const NO_RESERVATION: Reservation = {
  settle: () => {},
  release: () => {},
  throttled: () => {},
};

export function isExhausted(answer: Reservation | QuotaExhausted): answer is QuotaExhausted {
  return 'availableInMs' in answer;
}

/** Codes of a throttle, as `bedrock-errors.ts` names it. */
const THROTTLES: readonly (string | null)[] = ['rate_limit_exceeded', 'insufficient_quota'];

/** Code of a request that could not be sent, as `bedrock/transport/unsendable.ts` names it. */
const NEVER_SENT = 'request_not_sendable';

/**
 * Ends the reservation of a request that came to nothing. What Bedrock refused by name costs nothing there; of what was
 * cut or given up nobody knows, so it stays taken.
 */
export function settleFailed(place: Reservation, failure: unknown): void {
  if (failure instanceof GatewayError && failure.code === NEVER_SENT) return place.release();
  if (!(failure instanceof GatewayError) || failure.exception === undefined) place.settle();
  else if (THROTTLES.includes(failure.code) && !failure.provokable) place.throttled(failure.message);
  else place.release();
}
