import { expiryTime } from '../config/settings/date-time.ts';

/**
 * Returns the expiry time in epoch milliseconds. An invalid date counts as passed; the validation of the configuration
 * rejects it.
 */
export function expiryOf(expires: string | undefined): number {
  return expires === undefined ? Infinity : (expiryTime(expires) ?? -Infinity);
}
