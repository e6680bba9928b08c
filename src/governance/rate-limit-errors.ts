import { formatDuration } from '../request/format-duration.ts';
import { badRequest, GatewayError } from '../errors/errors.ts';

/** What a request asks of the limit of its API key. */
export interface RateDemand {
  keyName: string;
  /** Requests per minute. */
  limit: number;
  /** Upstream calls that the request needs, each of which counts as a request. */
  calls: number;
}

/** 429 because of a limit of the API key. It has the code of a throttled target, but no other target or model helps. */
export class KeyRateLimitError extends GatewayError {}

/** 429: the key has used up its requests per minute. */
export function rateLimitExceeded({ keyName, limit, calls }: RateDemand, seconds: number): KeyRateLimitError {
  const need = calls === 1 ? '' : `, and this request needs ${calls} calls of the model, each of which counts`;
  return new KeyRateLimitError({
    code: 'rate_limit_exceeded',
    message:
      `Rate limit reached for key '${keyName}' on requests per min (RPM): Limit ${limit}${need}. ` +
      `Please try again in ${formatDuration(seconds)}.`,
    retryAfter: seconds,
  });
}

/** 400: the request needs more calls than the key may make in a minute, so trying again does not help. */
export function moreCallsThanLimit({ keyName, limit, calls }: RateDemand, param: string): GatewayError {
  return badRequest(
    `This request needs ${calls} calls of the model, but the limit of key '${keyName}' is ${limit} requests per min ` +
      `(RPM), and each call counts as a request. Please send a smaller \`${param}\` in each request.`,
    param,
    'too_many_upstream_calls',
  );
}
