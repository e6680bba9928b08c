/** The quota that a throttle is about: tokens of a day, tokens of a minute, or one that the message does not name. */
type ThrottledQuota = 'day' | 'tokens' | 'unnamed';

/**
 * Wordings of ThrottlingException (AWS user guide, troubleshooting API error codes, 2026-11). Each pattern covers the
 * whole message, so that text of a client in a message names no quota.
 */
const TOKENS_OF_DAY = /^Too many tokens per day(?:, please wait(?: before trying again)?)?\.?$/;
const TOKENS = /^Too many tokens(?: per minute)?(?:, please wait(?: before trying again)?)?\.?$/;

/** Returns the quota that the message of a ThrottlingException names. */
export function throttledQuota(message: string): ThrottledQuota {
  if (TOKENS_OF_DAY.test(message)) return 'day';
  return TOKENS.test(message) ? 'tokens' : 'unnamed';
}
