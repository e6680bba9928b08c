/** Quota that a throttling error names: tokens per day, tokens per minute, or none. */
type ThrottledQuota = 'day' | 'tokens' | 'unnamed';

/**
 * Messages of ThrottlingException (AWS user guide, troubleshooting API error codes, 2026-11). Each pattern matches the
 * whole message, so that a client's text within a message cannot match.
 */
const TOKENS_OF_DAY = /^Too many tokens per day(?:, please wait(?: before trying again)?)?\.?$/;
const TOKENS = /^Too many tokens(?: per minute)?(?:, please wait(?: before trying again)?)?\.?$/;

/** Returns the quota that a ThrottlingException's message names. */
export function throttledQuota(message: string): ThrottledQuota {
  if (TOKENS_OF_DAY.test(message)) return 'day';
  return TOKENS.test(message) ? 'tokens' : 'unnamed';
}
