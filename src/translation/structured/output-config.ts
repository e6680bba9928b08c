import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { isEffort, isHigher } from '../generation/effort.ts';
import type { PreparedGeneration } from '../generation/generation.ts';
import type { ConverseRequest, ToolConfig } from '../../wire/converse.ts';
import type { EnforcedSchemas } from '../json-schema/expected-output.ts';
import type { JsonSchema } from '../json-schema/json-schema.ts';
import type { PreparedStructuredOutput } from './prepare-structured-output.ts';
import type { StructuredOutputOptions } from './structured-output-options.ts';
import type { ToolOptions } from '../tools/tools.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * Adds the output format to the settings and moves the effort beside it, because Claude has one object for both
 * (`output_config`). AWS does not document how Converse merges its `outputConfig` with that object (2026-11-22).
 *
 * Lowers the effort to `outputConfigEffort`, the highest that `outputConfig` accepts, and reports the change. Returns the
 * settings unchanged if there is no format.
 */
export function withOutputConfig(
  settings: PreparedGeneration['settings'],
  outputConfig: ConverseRequest['outputConfig'],
  { outputConfigEffort }: Pick<ModelRules, 'outputConfigEffort'>,
  adjustments: Adjustments,
): Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields' | 'outputConfig'> {
  if (!outputConfig) return settings;
  const { output_config: modelOutputConfig, ...fields } = settings.additionalModelRequestFields ?? {};
  const requested = isRecord(modelOutputConfig) ? modelOutputConfig['effort'] : undefined;
  const isAbove = isEffort(requested) && outputConfigEffort !== undefined && isHigher(requested, outputConfigEffort);
  const effort = isAbove ? outputConfigEffort : requested;
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

/** Returns the client's schemas that Bedrock may enforce: of the answer, and of strict tools. */
export function clientSchemas(format: StructuredOutputOptions | undefined, tools: ToolOptions): readonly JsonSchema[] {
  const strict = tools.offers.filter((offer) => offer.strict).map(({ schema }): JsonSchema => schema);
  return format?.schema ? [format.schema, ...strict] : strict;
}

/** Returns the schemas that Bedrock enforces, and may therefore reject; undefined if it enforces none. */
export function enforcedSchemasOf(
  { expected }: PreparedStructuredOutput,
  toolConfig: ToolConfig | undefined,
  schemas: readonly JsonSchema[],
): EnforcedSchemas | undefined {
  const strictTools = (toolConfig?.tools ?? []).filter((tool) => tool.toolSpec?.strict === true).length;
  if (!expected && strictTools === 0) return undefined;
  return { ...(expected && { expected }), strictTools, schemas };
}
