/** Levels of objects and lists in a client's JSON: deeper ones exhaust the stack of whatever reads or writes them. */
export const MAX_JSON_DEPTH = 100;

/** Looks no deeper than the limit. */
export function exceedsMaxDepth(value: unknown, levels = MAX_JSON_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => exceedsMaxDepth(each, levels - 1));
}
