import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutTopLevelCombinators } from './tool-schema.ts';
import { tellRepaired } from '../json-schema/report-simplified-schemas.ts';
import { isAccepted } from './draft-keywords.ts';
import { repairedSchema } from './draft-repair.ts';
import { isAcceptedName, type PropertyNames, propertyNamesOf } from './property-names.ts';
import { renamedSchema } from './renamed-schema.ts';
import { forEachSubschema } from './schema-places.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A schema as the model accepts it. */
export interface FitSchema {
  schema: Schema;
  /** Absent where all properties keep their names. */
  names?: PropertyNames;
}

/** Returns the schema of a tool's input as the model accepts it: the same object where the model accepts it as it is. */
export function fitToolSchema(given: Schema, rules: ModelRules, param: string, adjustments: Adjustments): FitSchema {
  if (!rules.toolSchemaDraft && !rules.plainToolSchemas && !rules.propertyNames) return { schema: given };
  const { inDraft, namesAccepted } = examined(given);
  let schema = given;
  if (rules.toolSchemaDraft && !inDraft) {
    const repair = repairedSchema(schema);
    tellRepaired(repair.places, param, adjustments);
    // What is left of a wrong type is none, and the input of a tool is an object.
    schema = { ...repair.schema, type: 'object' };
  }
  if (rules.plainToolSchemas) {
    const plain = withoutTopLevelCombinators(schema);
    if (plain !== schema) adjustments.changed(param, 'alternatives_combined');
    schema = plain;
  }
  return namesAccepted ? { schema } : withFitNames(schema, rules, param, adjustments);
}

/** Returns a schema whose properties have names that the model accepts. */
export function withFitNames(schema: Schema, rules: ModelRules, param: string, adjustments: Adjustments): FitSchema {
  const names = rules.propertyNames ? propertyNamesOf(schema) : undefined;
  if (!names) return { schema };
  adjustments.changed(`${param}.properties`, 'renamed');
  return { schema: renamedSchema(schema, names), names };
}

/** What one walk through a schema finds out. */
interface Findings {
  inDraft: boolean;
  namesAccepted: boolean;
}

function examined(schema: Schema): Findings {
  const findings = { inDraft: true, namesAccepted: true };
  examine(schema, findings);
  return findings;
}

function examine(schema: unknown, findings: Findings): void {
  if (!isRecord(schema)) return;
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword];
    if (!isAccepted(keyword, value)) findings.inDraft = false;
    if (keyword === 'properties' && isRecord(value) && !Object.keys(value).every(isAcceptedName)) {
      findings.namesAccepted = false;
    }
    forEachSubschema(keyword, value, (each) => examine(each, findings));
  }
}
