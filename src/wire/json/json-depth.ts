/** Levels of objects and lists in a client's JSON: deeper ones exhaust the stack of whatever reads or writes them. */
export const MOST_LEVELS = 100;

/** Looks no deeper than the limit. */
export function isTooDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isTooDeep(each, levels - 1));
}
