import type { ModelRules, OutputFormat } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { isForcedChoice, supportsForcedChoice } from '../tools/tool-choice.ts';
import type { ToolDefinition, ToolOptions } from '../tools/tools.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import { withFitNames } from '../tool-schemas/fit-schema.ts';
import type { PropertyNames } from '../tool-schemas/property-names.ts';
import { weakerFormat, nextFormat, type SchemaFallback, type ExpectedOutput } from '../json-schema/expected-output.ts';
import { resolvedRoot, type JsonSchema } from '../json-schema/json-schema.ts';
import { reportSimplifiedSchemas } from '../json-schema/report-simplified-schemas.ts';
import { simplifySchema } from '../json-schema/schema-simplification.ts';
import { withRepairedSchema } from './repair-output-schema.ts';
import { jsonInstruction } from './json-instruction.ts';
import type { StructuredOutputOptions } from './structured-output-options.ts';

/** The parts of a Converse request that make the model answer in JSON. */
export interface PreparedStructuredOutput {
  /** The tools of the request, with the answer tool if the format is `tool`. */
  tools: ToolOptions;
  /** The schema for constrained decoding; present only with the format `native`. */
  outputConfig?: ConverseRequest['outputConfig'];
  /** Instructions for the system prompt. */
  hints: readonly string[];
  /** The output to check; absent if the answer is not JSON. */
  expected?: ExpectedOutput;
  /** Properties that have another name in the model's answer than in the client's schema. */
  renamed?: PropertyNames;
}

interface Situation {
  rules: ModelRules;
  thinking: 'on' | 'off';
  /** The output format to which earlier rejections by Bedrock limit the request. */
  schemaFallback?: SchemaFallback;
}

/**
 * Prepares JSON output in the best format that the model supports with the tools and thinking of the request: `native`
 * (constrained decoding), `tool` (a forced tool call), `prompt` (an instruction). Reports a format other than `native`.
 *
 * @param requested - the output that the client asks for; absent for plain text
 */
export function prepareStructuredOutput(
  requested: StructuredOutputOptions | undefined,
  tools: ToolOptions,
  situation: Situation,
  adjustments: Adjustments,
): PreparedStructuredOutput {
  // With a forced tool call, the answer has no text that could be JSON.
  if (!requested || isForcedChoice(tools.choice)) return { tools, hints: [] };
  const output = withRepairedSchema(requested, adjustments);
  const best = weakerFormat(situation.rules.structuredOutput, situation.schemaFallback?.format);
  for (let format: OutputFormat | undefined = best; format; format = nextFormat(format)) {
    const prepared = prepareFormat(format, output, tools, situation, adjustments);
    if (!prepared) continue;
    if (format !== 'native') adjustments.replaced(output.param, format);
    return prepared;
  }
  return { tools, hints: [] };
}

/** Prepares one output format; undefined if the model or the request does not support it. */
function prepareFormat(
  format: OutputFormat,
  output: StructuredOutputOptions,
  tools: ToolOptions,
  situation: Situation,
  adjustments: Adjustments,
): PreparedStructuredOutput | undefined {
  const { param, schemaParam, schema, isLoose } = output;
  const expected: ExpectedOutput = {
    field: param,
    param: schemaParam,
    format,
    ...(schema && { schema }),
    ...(isLoose && { isLoose }),
  };
  switch (format) {
    case 'native':
      return prepareNative(output, tools, expected, situation, adjustments);
    case 'tool':
      return prepareTool(output, tools, expected, situation);
    case 'prompt':
      return { tools, hints: [jsonInstruction(output, tools.offers.length > 0 ? 'beside-tools' : 'alone')], expected };
    default:
      throw new Error(`Unknown output format for ${param}: ${String(format satisfies never)}`);
  }
}

/** Prepares constrained decoding. Returns undefined without a schema, because Claude's grammar requires closed objects. */
function prepareNative(
  { name, description, schema, schemaParam }: StructuredOutputOptions,
  tools: ToolOptions,
  expected: ExpectedOutput,
  { rules }: Situation,
  adjustments: Adjustments,
): PreparedStructuredOutput | undefined {
  const simplified = schema && simplifySchema(schema);
  if (!simplified) return undefined;
  reportSimplifiedSchemas(simplified.lowered, schemaParam, adjustments);
  const { schema: fit, names: renamed } = withFitNames(simplified.schema, rules, schemaParam, adjustments);
  const jsonSchema = { schema: JSON.stringify(fit), name, ...(description && { description }) };
  return {
    tools,
    hints: [],
    expected,
    ...(renamed && { renamed }),
    outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
  };
}

/** Prepares a tool whose input is the answer. If the client has tools, the model must call one of them or this tool. */
function prepareTool(
  { name, description, schema }: StructuredOutputOptions,
  tools: ToolOptions,
  expected: ExpectedOutput,
  { rules, thinking }: Situation,
): PreparedStructuredOutput | undefined {
  const input = schema && toolInput(schema);
  if (!input || !rules.tools || !supportsForcedChoice(rules, thinking)) return undefined;
  const toolName = freeName(tools.offers);
  const offer: ToolDefinition = {
    name: toolName,
    description: [`Gives the final answer, "${name}", to the user.`, description].filter(Boolean).join(' '),
    schema: input,
    strict: false,
  };
  const alone = tools.offers.length === 0 || tools.choice.kind === 'none';
  return {
    tools: {
      ...tools,
      offers: [...tools.offers, offer],
      choice: alone ? { kind: 'named', name: toolName } : { kind: 'any' },
    },
    hints: alone ? [] : [`When you have what you need, give your answer by calling the tool "${toolName}".`],
    expected: { ...expected, toolName },
  };
}

/**
 * Returns the schema as the input schema of a tool; undefined if its root is not a plain object.
 *
 * "input_schema does not support oneOf, allOf, or anyOf at the top level" (Anthropic, 2026-11-22).
 */
function toolInput(schema: JsonSchema): JsonSchema | undefined {
  const root = resolvedRoot(schema);
  const isPlain = root['type'] === 'object' && !['oneOf', 'anyOf', 'allOf'].some((keyword) => keyword in root);
  return isPlain && root['$ref'] === undefined ? root : undefined;
}

/** Returns a name for the answer tool that no tool of the client has. */
function freeName(offers: readonly ToolDefinition[]): string {
  let name = 'respond_with_json';
  while (offers.some((offer) => offer.name === name)) name += '_';
  return name;
}
