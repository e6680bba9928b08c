import type { QuotaBucket } from './quota-table.ts';
import { throttledQuota } from '../../wire/throttle-message.ts';

/**
 * Returns true if a throttle with this message is about `limit`. AWS also uses "Too many requests" for tokens (AWS re:Post,
 * 2026).
 */
export function isThrottledBy(limit: QuotaBucket['limit'], message: string): boolean {
  const quota = throttledQuota(message);
  switch (quota) {
    case 'day':
      return limit === 'tokensPerDay';
    case 'tokens':
      return limit === 'tokensPerMinute';
    case 'unnamed':
      return limit !== 'tokensPerDay';
    default:
      return quota satisfies never;
  }
}
