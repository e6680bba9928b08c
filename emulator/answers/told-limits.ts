/** "Constraints: minimum: 3; maxItems: 2." at the end of a description, as clients of Claude tell what its grammar refuses. */
const TOLD = /Constraints: ([^]*)\.$/;

/** Limits that a description tells, by keyword: a model would keep to them. */
export function toldLimits(description: unknown): Record<string, unknown> {
  const [, told = ''] = TOLD.exec(String(description)) ?? [];
  return Object.fromEntries(
    told.split('; ').flatMap((part) => {
      const [, keyword = '', json = ''] = /^\{?"?(\w+)"?: ([^]+)$/.exec(part) ?? [];
      try {
        return [[keyword, JSON.parse(json) as unknown] as const];
      } catch {
        return [];
      }
    }),
  );
}
