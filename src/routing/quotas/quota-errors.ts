import { formatDuration } from '../../request/format-duration.ts';
import type { ResponseHeaderName } from '../../request/headers/response-headers.ts';
import { GatewayError } from '../../errors/errors.ts';
import { type TokenDemand, tokensToReserve } from './estimates/token-demand.ts';
import type { QuotaBucket } from './quota-table.ts';
import type { QuotaExhausted, QuotaStatus } from './reservation.ts';

/** Names of the limits in error messages. */
const LIMIT_LABELS: Readonly<Record<QuotaBucket['limit'], string>> = {
  tokensPerMinute: 'tokens per minute',
  requestsPerMinute: 'requests per minute',
  tokensPerDay: 'tokens per day',
};

/**
 * Returns a 429 for a request that Bedrock would throttle. The gateway does not retry it, because the request has already
 * waited. Clients may retry after `retry-after`, except if a daily quota is exhausted.
 */
export function quotaExceeded({ bucket, availableInMs, empty }: QuotaExhausted, demand: TokenDemand): GatewayError {
  const seconds = availableInMs / 1_000;
  const isDaily = empty.limit === 'tokensPerDay';
  const requested = tokensToReserve(demand);
  const isTooLarge = empty.limit !== 'requestsPerMinute' && requested > empty.spec.capacity;
  const advice = isTooLarge
    ? ` The request needs ${requested} tokens (its prompt and its output limit), more than the whole quota. It is sent only ` +
      'when no other request uses the quota. Lower max_tokens.'
    : '';
  return new GatewayError({
    source: 'quota',
    type: empty.limit === 'requestsPerMinute' ? 'requests' : 'tokens',
    code: isDaily ? 'insufficient_quota' : 'rate_limit_exceeded',
    message:
      `The quota of Bedrock ${bucket} is exhausted: ${LIMIT_LABELS[empty.limit]}, limit ${empty.quota}.${advice} ` +
      `Please try again in ${formatDuration(seconds)}.`,
    retryAfter: Math.max(0.001, seconds),
    ...(isDaily && { shouldRetry: false }),
  });
}

/** Returns OpenAI's rate limit headers for tokens. The headers for requests report the limit of the API key. */
export function quotaHeaders({ limit, remaining, resetMs }: QuotaStatus): [name: ResponseHeaderName, value: string][] {
  return [
    ['x-ratelimit-limit-tokens', String(limit)],
    ['x-ratelimit-remaining-tokens', String(remaining)],
    ['x-ratelimit-reset-tokens', formatDuration(resetMs / 1_000)],
  ];
}
