import { randomFillSync } from 'node:crypto';

/** Random bytes of one id. */
const RANDOM_BYTES = 10;
const RANDOM_POOL = Buffer.alloc(RANDOM_BYTES * 512);
const TIME_DIGITS = 12;
const VARIANTS = ['8', '9', 'a', 'b'] as const;

let used = RANDOM_POOL.length;
let latestMs = -1;
let latestTime = '';

/**
 * Returns a UUID of version 7 (RFC 9562): milliseconds since 1970, then 74 random bits. Takes the random bytes from a pool,
 * because a request to the operating system for each id would take several times as long.
 */
export function uuidV7(now: number = Date.now()): string {
  if (now !== latestMs) {
    latestMs = now;
    latestTime = `${uuidBound(now)}7`;
  }
  if (used === RANDOM_POOL.length) {
    randomFillSync(RANDOM_POOL);
    used = 0;
  }
  const random = RANDOM_POOL.toString('hex', used, used + RANDOM_BYTES);
  const variant = VARIANTS[RANDOM_POOL[used + RANDOM_BYTES - 1]! & 3]!;
  used += RANDOM_BYTES;
  return `${latestTime}${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** Returns a text that is less than all ids of a time and later ones, and greater than all earlier ones. */
export function uuidBound(at: number): string {
  const digits = Math.max(0, at).toString(16).padStart(TIME_DIGITS, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-`;
}

/** Returns the time of an id of `uuidV7`, in milliseconds since 1970. */
export function timeOfUuidV7(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
