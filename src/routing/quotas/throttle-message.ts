import type { QuotaBucket } from './quota-table.ts';
import { throttledQuota } from '../../wire/throttle-message.ts';

/** Returns whether a throttle with this message is about a limit. AWS uses "Too many requests" for tokens, too (AWS re:Post, 2026). */
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
