import type { Adjustments } from '../adjustments.ts';

/** Maximum paths that a header lists. Schemas from generated code can have hundreds. */
const MAX_PATHS = 8;
/** Maximum characters of a path in a header. */
const MAX_PATH_LENGTH = 100;

/**
 * Reports the paths where a schema was simplified. `places` are JSON pointers. Characters that a header cannot contain
 * are replaced.
 */
export function reportSimplifiedSchemas(places: readonly string[], param: string, adjustments: Adjustments): void {
  report(places, param, 'simplified', adjustments);
}

/** Reports the paths where a schema of an older or no draft of JSON Schema was rewritten. */
export function reportRepairedSchema(places: readonly string[], param: string, adjustments: Adjustments): void {
  report(places, param, 'repaired', adjustments);
}

function report(
  places: readonly string[],
  param: string,
  change: 'simplified' | 'repaired',
  adjustments: Adjustments,
): void {
  const paths = [...new Set(places.map((place) => place.slice(0, MAX_PATH_LENGTH).replaceAll(/[^\w$/-]/g, '_')))];
  for (const path of paths.slice(0, MAX_PATHS)) adjustments.changed(`${param}${path}`, change);
  if (paths.length > MAX_PATHS) adjustments.changed(`${param}/*`, change);
}
