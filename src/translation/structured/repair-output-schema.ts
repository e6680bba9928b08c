import type { Adjustments } from '../adjustments.ts';
import { repairedSchema } from '../tool-schemas/draft-repair.ts';
import { forEachSubschema } from '../tool-schemas/schema-places.ts';
import { reportRepairedSchema } from '../json-schema/report-simplified-schemas.ts';
import { isRecord } from '../../wire/json/json-fields.ts';
import type { StructuredOutputOptions } from './structured-output-options.ts';

/** Keywords whose value is an object of schemas. */
const MAPS = ['properties', 'patternProperties', '$defs', 'definitions'];

/**
 * Converts the schema to draft 2020-12, in which answers are checked. Rewrites keywords of older drafts, removes invalid
 * ones and reports both.
 *
 * Returns the same object if the schema needs no repair. Also returns it if the schema has no meaning (`isMeaningless`), so
 * that a later check rejects it.
 */
export function withRepairedSchema(
  options: StructuredOutputOptions,
  adjustments: Adjustments,
): StructuredOutputOptions {
  if (!options.schema || isMeaningless(options.schema)) return options;
  const { schema, places } = repairedSchema(options.schema);
  if (places.length === 0) return options;
  reportRepairedSchema(places, options.schemaParam, adjustments);
  // `$schema` names the old draft.
  const { $schema: _draft, ...repaired } = schema;
  return { ...options, schema: repaired };
}

/** Returns true if a scalar replaces an object of schemas, such as `properties`. Any answer would conform to such a schema. */
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
