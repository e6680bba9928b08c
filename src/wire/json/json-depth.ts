/**
 * Maximum levels of objects and lists in a client's JSON. Deeper values would overflow the stack of functions that read
 * or write them.
 */
export const MAX_JSON_DEPTH = 100;

/** Returns true if a value has more levels than allowed. Recursion stops at the limit. */
export function exceedsMaxDepth(value: unknown, levels = MAX_JSON_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => exceedsMaxDepth(each, levels - 1));
}
