/**
 * "Constraints: minimum: 3; maxItems: 2." at the end of a description. Clients of Claude, such as Anthropic's SDK, move
 * constraints there that its grammar does not support.
 */
const CONSTRAINTS = /Constraints: ([^]*)\.$/;

/** Returns the constraints in a description, by schema keyword. */
export function describedConstraints(description: unknown): Record<string, unknown> {
  const [, constraints = ''] = CONSTRAINTS.exec(String(description)) ?? [];
  return Object.fromEntries(
    constraints.split('; ').flatMap((part) => {
      const [, keyword = '', json = ''] = /^\{?"?(\w+)"?: ([^]+)$/.exec(part) ?? [];
      try {
        return [[keyword, JSON.parse(json) as unknown] as const];
      } catch {
        return [];
      }
    }),
  );
}
