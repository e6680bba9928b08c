import { formatDuration } from '../../request/format-duration.ts';
import type { ResponseHeaderName } from '../../request/headers/response-headers.ts';
import { GatewayError } from '../../errors/errors.ts';
import { type TokenDemand, tokensToReserve } from './estimates/token-demand.ts';
import type { QuotaBucket } from './quota-table.ts';
import type { QuotaExhausted, QuotaStatus } from './reservation.ts';

/** In people's words. */
const WORDS: Readonly<Record<QuotaBucket['limit'], string>> = {
  tokensPerMinute: 'tokens per minute',
  requestsPerMinute: 'requests per minute',
  tokensPerDay: 'tokens per day',
};

/**
 * 429 for a request that Bedrock would throttle. It is not retried here: it has had its wait. Clients that wait for
 * `retry-after` may try again; a quota of a day is nothing to wait for.
 */
export function quotaExceeded({ bucket, availableInMs, empty }: QuotaExhausted, demand: TokenDemand): GatewayError {
  const seconds = availableInMs / 1_000;
  const isDaily = empty.limit === 'tokensPerDay';
  const asked = tokensToReserve(demand);
  const isTooLarge = empty.limit !== 'requestsPerMinute' && asked > empty.law.capacity;
  const advice = isTooLarge
    ? ` The request asks for ${asked} tokens at once (its prompt and its limit of output), more than the whole quota: it ` +
      'is only sent when nothing else uses it. Lower max_tokens.'
    : '';
  return new GatewayError({
    source: 'quota',
    type: empty.limit === 'requestsPerMinute' ? 'requests' : 'tokens',
    code: isDaily ? 'insufficient_quota' : 'rate_limit_exceeded',
    message:
      `The quota of Bedrock ${bucket} is used up: ${WORDS[empty.limit]}, limit ${empty.quota}.${advice} ` +
      `Please try again in ${formatDuration(seconds)}.`,
    retryAfter: Math.max(0.001, seconds),
    ...(isDaily && { shouldRetry: false }),
  });
}

/** OpenAI's headers for tokens; those for requests tell the limit of the key. */
export function quotaHeaders({ limit, remaining, resetMs }: QuotaStatus): [name: ResponseHeaderName, value: string][] {
  return [
    ['x-ratelimit-limit-tokens', String(limit)],
    ['x-ratelimit-remaining-tokens', String(remaining)],
    ['x-ratelimit-reset-tokens', formatDuration(resetMs / 1_000)],
  ];
}
