import type { Adjustments } from '../adjustments.ts';

/** Lowered places that are named in a header; a schema of generated code has hundreds. */
const MOST_PLACES_TOLD = 8;
const LONGEST_TOLD = 100;

/** Places as JSON pointers, without what may not stand in a header. */
export function reportSimplifiedSchemas(places: readonly string[], param: string, adjustments: Adjustments): void {
  tell(places, param, 'simplified', adjustments);
}

/** Reports the places that older drafts of JSON Schema, or none, write as they stood. */
export function tellRepaired(places: readonly string[], param: string, adjustments: Adjustments): void {
  tell(places, param, 'repaired', adjustments);
}

function tell(
  places: readonly string[],
  param: string,
  what: 'simplified' | 'repaired',
  adjustments: Adjustments,
): void {
  const paths = [...new Set(places.map((place) => place.slice(0, LONGEST_TOLD).replaceAll(/[^\w$/-]/g, '_')))];
  for (const path of paths.slice(0, MOST_PLACES_TOLD)) adjustments.changed(`${param}${path}`, what);
  if (paths.length > MOST_PLACES_TOLD) adjustments.changed(`${param}/*`, what);
}
