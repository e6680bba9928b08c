import type { Generation } from '../converse/generation.ts';
import { isRecord } from '../converse/tool-input.ts';
import type { ConverseRequest, ToolConfig } from '../converse/wire.ts';
import type { SchemaUse } from './expectation.ts';
import type { JsonSchema } from './json-schema.ts';
import type { StructuredPlan } from './structured-plan.ts';

/**
 * Effort and format are halves of one object of Claude's (`output_config`). Which half wins where Converse's field
 * and the model's own field say one each is documented nowhere (2026-11-22): beside a format, Converse says both.
 */
export function withOutputConfig(
  settings: Generation['settings'],
  outputConfig: ConverseRequest['outputConfig'],
): Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields' | 'outputConfig'> {
  if (!outputConfig) return settings;
  const { output_config: own, ...fields } = settings.additionalModelRequestFields ?? {};
  const effort = isRecord(own) ? own['effort'] : undefined;
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
export function schemaUseOf(
  { expected, tools }: StructuredPlan,
  toolConfig: ToolConfig | undefined,
): SchemaUse | undefined {
  const strictTools = (toolConfig?.tools ?? []).filter((tool) => tool.toolSpec?.strict === true).length;
  if (!expected && strictTools === 0) return undefined;
  const strict = tools.offers.filter((offer) => offer.strict).map(({ schema }): JsonSchema => schema);
  return {
    ...(expected && { expected }),
    strictTools,
    schemas: [...(expected?.schema ? [expected.schema] : []), ...strict],
  };
}
