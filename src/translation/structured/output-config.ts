import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { isEffort, isHigher } from '../generation/effort.ts';
import type { PreparedGeneration } from '../generation/generation.ts';
import type { ConverseRequest, ToolConfig } from '../../wire/converse.ts';
import type { EnforcedSchemas } from '../json-schema/expected-output.ts';
import type { JsonSchema } from '../json-schema/json-schema.ts';
import type { PreparedStructuredOutput } from './prepare-structured-output.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * Effort and format are halves of one object of Claude's (`output_config`). Which half wins where Converse's field
 * and the model's own field say one each is documented nowhere (2026-11-22): beside a format, Converse says both, up to
 * the effort that its field takes.
 */
export function withOutputConfig(
  settings: PreparedGeneration['settings'],
  outputConfig: ConverseRequest['outputConfig'],
  { outputConfigEffort }: Pick<ModelRules, 'outputConfigEffort'>,
  adjustments: Adjustments,
): Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields' | 'outputConfig'> {
  if (!outputConfig) return settings;
  const { output_config: own, ...fields } = settings.additionalModelRequestFields ?? {};
  const wanted = isRecord(own) ? own['effort'] : undefined;
  const isAbove = isEffort(wanted) && outputConfigEffort !== undefined && isHigher(wanted, outputConfigEffort);
  const effort = isAbove ? outputConfigEffort : wanted;
  if (isAbove) adjustments.replaced('reasoning_effort', outputConfigEffort);
  const { additionalModelRequestFields: _all, ...rest } = settings;
  return {
    ...rest,
    ...(Object.keys(fields).length > 0 && { additionalModelRequestFields: fields }),
    outputConfig: {
      ...outputConfig,
      ...(effort !== undefined && { effort: effort as NonNullable<ConverseRequest['outputConfig']>['effort'] }),
    },
  };
}

/** Which schemas Bedrock may refuse; undefined where there are none. */
export function enforcedSchemasOf(
  { expected, tools }: PreparedStructuredOutput,
  toolConfig: ToolConfig | undefined,
): EnforcedSchemas | undefined {
  const strictTools = (toolConfig?.tools ?? []).filter((tool) => tool.toolSpec?.strict === true).length;
  if (!expected && strictTools === 0) return undefined;
  const strict = tools.offers.filter((offer) => offer.strict).map(({ schema }): JsonSchema => schema);
  return {
    ...(expected && { expected }),
    strictTools,
    schemas: [...(expected?.schema ? [expected.schema] : []), ...strict],
  };
}
