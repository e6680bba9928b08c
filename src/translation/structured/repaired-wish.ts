import type { Adjustments } from '../adjustments.ts';
import { repairedSchema } from '../tool-schemas/draft-repair.ts';
import { forEachSubschema } from '../tool-schemas/schema-places.ts';
import { tellRepaired } from '../json-schema/report-simplified-schemas.ts';
import { isRecord } from '../../wire/json/json-fields.ts';
import type { StructuredOutputOptions } from './structured-wish.ts';

/** Keywords that hold schemas by name. */
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions'];

/**
 * Returns the wish with its schema in draft 2020-12, in which answers are checked: the same object where it is in that
 * draft. What older drafts express otherwise is rewritten, what no draft accepts is left out, and both are reported.
 * A schema without a meaning stays as it is, so that it is refused.
 */
export function repairedWish(wish: StructuredOutputOptions, adjustments: Adjustments): StructuredOutputOptions {
  if (!wish.schema || isMeaningless(wish.schema)) return wish;
  const { schema, places } = repairedSchema(wish.schema);
  if (places.length === 0) return wish;
  tellRepaired(places, wish.schemaParam, adjustments);
  // The schema is no longer in the draft that `$schema` names.
  const { $schema: _draft, ...repaired } = schema;
  return { ...wish, schema: repaired };
}

/** Returns true where a text or a number stands in the place of properties. Without them, any answer would conform. */
function isMeaningless(schema: unknown): boolean {
  if (!isRecord(schema)) return false;
  return Object.entries(schema).some(([keyword, value]) => {
    if (MAPS.includes(keyword) && value !== null && typeof value !== 'object') return true;
    let found = false;
    forEachSubschema(keyword, value, (each) => {
      found ||= isMeaningless(each);
    });
    return found;
  });
}
