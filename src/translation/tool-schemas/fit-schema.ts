import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutTopLevelCombinators } from './tool-schema.ts';
import { reportRepairedSchema } from '../json-schema/report-simplified-schemas.ts';
import { isAccepted } from './draft-keywords.ts';
import { repairedSchema } from './draft-repair.ts';
import { isAcceptedName, type PropertyNames, propertyNamesOf } from './property-names.ts';
import { renamedSchema } from './renamed-schema.ts';
import { forEachSubschema } from './schema-places.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A tool schema that the model accepts. */
export interface FitSchema {
  schema: Schema;
  /** Renamed properties; absent if all keep their names. */
  names?: PropertyNames;
}

/**
 * Returns a tool's input schema in the form that the model accepts, and reports changes. Returns the same schema if the
 * model accepts it unchanged.
 */
export function fitToolSchema(original: Schema, rules: ModelRules, param: string, adjustments: Adjustments): FitSchema {
  if (!rules.toolSchemaDraft && !rules.plainToolSchemas && !rules.propertyNames) return { schema: original };
  const { inDraft, namesAccepted } = inspectSchema(original);
  let schema = original;
  if (rules.toolSchemaDraft && !inDraft) {
    const repair = repairedSchema(schema);
    reportRepairedSchema(repair.places, param, adjustments);
    // The repair removes an invalid type. The input of a tool is always an object.
    schema = { ...repair.schema, type: 'object' };
  }
  if (rules.plainToolSchemas) {
    const plain = withoutTopLevelCombinators(schema);
    if (plain !== schema) adjustments.changed(param, 'alternatives_combined');
    schema = plain;
  }
  return namesAccepted ? { schema } : withFitNames(schema, rules, param, adjustments);
}

/** Returns the schema with property names that the model accepts. `param`: path of the schema, for reports. */
export function withFitNames(schema: Schema, rules: ModelRules, param: string, adjustments: Adjustments): FitSchema {
  const names = rules.propertyNames ? propertyNamesOf(schema) : undefined;
  if (!names) return { schema };
  adjustments.changed(`${param}.properties`, 'renamed');
  return { schema: renamedSchema(schema, names), names };
}

/** Result of one walk through a schema. */
interface Findings {
  inDraft: boolean;
  namesAccepted: boolean;
}

function inspectSchema(schema: Schema): Findings {
  const findings = { inDraft: true, namesAccepted: true };
  visitSchema(schema, findings);
  return findings;
}

function visitSchema(schema: unknown, findings: Findings): void {
  if (!isRecord(schema)) return;
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword];
    if (!isAccepted(keyword, value)) findings.inDraft = false;
    if (keyword === 'properties' && isRecord(value) && !Object.keys(value).every(isAcceptedName)) {
      findings.namesAccepted = false;
    }
    forEachSubschema(keyword, value, (each) => visitSchema(each, findings));
  }
}
