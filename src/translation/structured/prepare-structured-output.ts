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
import { repairedWish } from './repaired-wish.ts';
import { jsonInstruction } from './json-instruction.ts';
import type { StructuredOutputOptions } from './structured-wish.ts';

export interface PreparedStructuredOutput {
  /** With the tool that stands for the answer, where there is one. */
  tools: ToolOptions;
  outputConfig?: ConverseRequest['outputConfig'];
  hints: readonly string[];
  expected?: ExpectedOutput;
  /** The properties of an answer as text that the model knows by other names. */
  renamed?: PropertyNames;
}

interface Situation {
  rules: ModelRules;
  thinking: 'on' | 'off';
  concessions?: SchemaFallback;
}

/** How the model is asked for JSON: the best way that it takes, beside its tools and its thinking. */
export function prepareStructuredOutput(
  given: StructuredOutputOptions | undefined,
  tools: ToolOptions,
  situation: Situation,
  adjustments: Adjustments,
): PreparedStructuredOutput {
  // A forced call is the answer: there will be no text to be JSON.
  if (!given || isForcedChoice(tools.choice)) return { tools, hints: [] };
  const wish = repairedWish(given, adjustments);
  const first = weakerFormat(situation.rules.structuredOutput, situation.concessions?.way);
  for (let way: OutputFormat | undefined = first; way; way = nextFormat(way)) {
    const plan = planWay(way, wish, tools, situation, adjustments);
    if (!plan) continue;
    if (way !== 'native') adjustments.replaced(wish.param, way);
    return plan;
  }
  return { tools, hints: [] };
}

function planWay(
  way: OutputFormat,
  wish: StructuredOutputOptions,
  tools: ToolOptions,
  situation: Situation,
  adjustments: Adjustments,
): PreparedStructuredOutput | undefined {
  const { param, schema } = wish;
  const { isLoose } = wish;
  const expected: ExpectedOutput = {
    field: param,
    param: wish.schemaParam,
    way,
    ...(schema && { schema }),
    ...(isLoose && { isLoose }),
  };
  switch (way) {
    case 'native':
      return planNative(wish, tools, expected, situation, adjustments);
    case 'tool':
      return planTool(wish, tools, expected, situation);
    case 'prompt':
      return { tools, hints: [jsonInstruction(wish, tools.offers.length > 0 ? 'beside-tools' : 'alone')], expected };
    default:
      throw new Error(`${String(way satisfies never)} is no way to ask for ${param}`);
  }
}

/** An open object cannot be said in Claude's grammar, so any object (`json_object`) is asked for in words. */
function planNative(
  { name, description, schema, schemaParam }: StructuredOutputOptions,
  tools: ToolOptions,
  expected: ExpectedOutput,
  { rules }: Situation,
  adjustments: Adjustments,
): PreparedStructuredOutput | undefined {
  const lowering = schema && simplifySchema(schema);
  if (!lowering) return undefined;
  reportSimplifiedSchemas(lowering.lowered, schemaParam, adjustments);
  const { schema: fit, names: renamed } = withFitNames(lowering.schema, rules, schemaParam, adjustments);
  const jsonSchema = { schema: JSON.stringify(fit), name, ...(description && { description }) };
  return {
    tools,
    hints: [],
    expected,
    ...(renamed && { renamed }),
    outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
  };
}

/** A tool whose input is the answer. Beside tools of the client's, the model calls one of them or this. */
function planTool(
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

/** "input_schema does not support oneOf, allOf, or anyOf at the top level" (Anthropic, 2026-11-22). */
function toolInput(schema: JsonSchema): JsonSchema | undefined {
  const root = resolvedRoot(schema);
  const plain = root['type'] === 'object' && !['oneOf', 'anyOf', 'allOf'].some((keyword) => keyword in root);
  return plain && root['$ref'] === undefined ? root : undefined;
}

function freeName(offers: readonly ToolDefinition[]): string {
  let name = 'respond_with_json';
  while (offers.some((offer) => offer.name === name)) name += '_';
  return name;
}
