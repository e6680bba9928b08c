import type { ValueKind } from './kinds.ts';

/** Returns true for a name of the IANA time zone database, such as Europe/Berlin. */
function isZoneName(name: unknown): boolean {
  // An offset such as +02:00 is also accepted by Intl, and has no daylight saving time.
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Describes a time zone by its IANA name. */
export function timeZone(): ValueKind {
  return {
    form: 'scalar',
    allowed: 'a time zone such as UTC or Europe/Berlin',
    schema: { type: 'string', minLength: 1 },
    accepts: isZoneName,
  };
}
