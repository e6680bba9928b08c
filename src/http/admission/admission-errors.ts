import { GatewayError } from '../../errors.ts';

/** Refused clients come back spread over this time, not all at once. */
const EARLIEST_SECONDS = 1;
const SPREAD_SECONDS = 2;

/** 503: this process has more to do than it can; another replica, or a little later, may work. */
export function overloaded(why: string): GatewayError {
  return new GatewayError({
    status: 503,
    type: 'server_error',
    code: 'overloaded',
    message: `The gateway is overloaded: ${why} Please try again in a moment.`,
    retryAfter: EARLIEST_SECONDS + Math.random() * SPREAD_SECONDS,
  });
}

/** 429: the key's own limit, whatever others do. */
export function tooManyInFlight(keyName: string, limit: number): GatewayError {
  return new GatewayError({
    status: 429,
    type: 'requests',
    code: 'concurrency_limit_exceeded',
    message:
      `Concurrency limit reached for key '${keyName}': ${limit} requests in flight. ` +
      'Please wait for one of them to end.',
    retryAfter: EARLIEST_SECONDS + Math.random() * SPREAD_SECONDS,
  });
}
