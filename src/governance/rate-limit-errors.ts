import { formatDuration } from '../request/format-duration.ts';
import { badRequest, GatewayError } from '../errors/errors.ts';

/** Demand of a request on the limit of its API key. */
export interface RateDemand {
  keyName: string;
  /** Requests per minute. */
  limit: number;
  /** Number of upstream calls. Each counts as a request. */
  calls: number;
}

/** A 429 for a limit of the API key. It has the code of a throttled target, but no other target or model helps. */
export class KeyRateLimitError extends GatewayError {}

/** Returns a 429 for a key that has used its requests per minute. */
export function rateLimitExceeded({ keyName, limit, calls }: RateDemand, seconds: number): KeyRateLimitError {
  const need =
    calls === 1 ? '' : `, and this request needs ${calls} calls of the model, each of which counts as a request`;
  return new KeyRateLimitError({
    code: 'rate_limit_exceeded',
    message:
      `Rate limit reached for key '${keyName}' on requests per min (RPM): Limit ${limit}${need}. ` +
      `Please try again in ${formatDuration(seconds)}.`,
    retryAfter: seconds,
  });
}

/** Returns a 400 for a request that needs more calls than the key may make in a minute, so that a retry does not help. */
export function moreCallsThanLimit({ keyName, limit, calls }: RateDemand, param: string): GatewayError {
  return badRequest(
    `This request needs ${calls} calls of the model, but the limit of key '${keyName}' is ${limit} requests per min ` +
      `(RPM), and each call counts as a request. Send a smaller \`${param}\` in each request.`,
    param,
    'too_many_upstream_calls',
  );
}
