import { badRequest } from '../../errors/errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { SchemaFallback } from '../json-schema/expected-output.ts';
import { reportSimplifiedSchemas } from '../json-schema/report-simplified-schemas.ts';
import { simplifySchema } from '../json-schema/schema-simplification.ts';
import type { Adjustments } from '../adjustments.ts';
import type { CachePoint } from '../content/cache-control.ts';
import {
  prepareToolChoice,
  type ParallelToolCalls,
  type PreparedToolChoice,
  type ToolChoiceOptions,
} from './tool-choice.ts';
import { fitToolSchema } from '../tool-schemas/fit-schema.ts';
import type { PropertyNames } from '../tool-schemas/property-names.ts';
import type { ToolNameMap } from './tool-names.ts';
import type { Tool, ToolConfig } from '../../wire/converse.ts';

/** One tool that a request offers. */
export interface ToolDefinition {
  /** As the client calls it. */
  name: string;
  description?: string;
  /** JSON schema of the input. */
  schema: Readonly<Record<string, unknown>>;
  /** The input must conform to the schema. */
  strict: boolean;
  /** The prompt up to here will come again. */
  cachePoint?: CachePoint;
}

export interface ToolOptions {
  /** The request's own field, for refusals. */
  param: string;
  offers: readonly ToolDefinition[];
  choice: ToolChoiceOptions;
  parallelism: ParallelToolCalls;
}

export interface PreparedTools extends Pick<PreparedToolChoice, 'fields' | 'hints'> {
  toolConfig?: ToolConfig;
  /** The properties that go out by other names, by Bedrock's name of the tool. */
  renamed: ReadonlyMap<string, PropertyNames>;
}

interface ToolContext {
  rules: ModelRules;
  thinking: 'on' | 'off';
  /** What Bedrock refused of strict tools before. */
  concessions?: SchemaFallback;
}

type ToolSpecification = NonNullable<Tool['toolSpec']>;

/** More strict tools than this are refused: "Too many strict tools" (observed by pi-ai, 2026-11). */
const MOST_STRICT_TOOLS = 20;
const NO_NAMES: ReadonlyMap<string, PropertyNames> = new Map();
const NO_TOOLS: PreparedTools = { fields: {}, hints: [], renamed: NO_NAMES };

/** What the request wants of tools, as far as this model takes it; 400 where it wants tools and the model has none. */
export function toolOptionsFor(wish: ToolOptions, rules: ModelRules): ToolOptions {
  if (rules.tools || wish.offers.length === 0) return wish;
  if (wish.choice.kind === 'none') return { ...wish, offers: [] };
  throw badRequest('This model has no tools.', wish.param);
}

/** `historyNames` are Bedrock's names of the tools that the conversation has called already. */
export function prepareTools(
  wish: ToolOptions,
  names: ToolNameMap,
  historyNames: readonly string[],
  context: ToolContext,
  adjustments: Adjustments,
): PreparedTools {
  const { rules, thinking } = context;
  if (wish.offers.length === 0) return fromHistory(historyNames, context, adjustments);
  if (wish.choice.kind === 'none' && historyNames.length === 0 && !rules.nativeToolChoice) {
    // Nothing can be called and nothing was: without tools the model cannot even try.
    adjustments.dropped(wish.param);
    return NO_TOOLS;
  }
  const { choice } = wish;
  const sentChoice: ToolChoiceOptions = choice.kind === 'named' ? named(names.toBedrock(choice.name)) : choice;
  const { toolChoice, ...rest } = prepareToolChoice(sentChoice, wish.parallelism, rules, thinking, adjustments);
  const { tools, renamed } = toolSpecs(wish.offers, names, context, adjustments);
  return { toolConfig: { tools, ...(toolChoice && { toolChoice }) }, renamed, ...rest };
}

function named(name: string): ToolChoiceOptions {
  return { kind: 'named', name };
}

function toolSpecs(
  offers: readonly ToolDefinition[],
  names: ToolNameMap,
  { rules, concessions }: ToolContext,
  adjustments: Adjustments,
): { tools: Tool[]; renamed: ReadonlyMap<string, PropertyNames> } {
  const renamed = new Map<string, PropertyNames>();
  const native = rules.strictTools === true && concessions?.strictTools !== 'dropped';
  let strictLeft = native ? MOST_STRICT_TOOLS : 0;
  const tools = offers.flatMap(({ name, description, schema, strict, cachePoint }): Tool[] => {
    const { schema: plain, names: properties } = fitToolSchema(schema, rules, 'tools.parameters', adjustments);
    if (properties) renamed.set(names.toBedrock(name), properties);
    // Strict inputs are held to by the same grammar as answers, which does not know every schema.
    const lowering = strict && strictLeft > 0 ? simplifySchema(plain) : undefined;
    if (strict && !lowering) adjustments.ignored('tools.strict');
    if (lowering) strictLeft -= 1;
    reportSimplifiedSchemas(lowering?.lowered ?? [], 'tools.parameters', adjustments);
    const spec = toolSpec(names.toBedrock(name), description, lowering?.schema ?? plain);
    if (lowering) spec.strict = true;
    return cachePoint ? [{ toolSpec: spec }, cachePoint] : [{ toolSpec: spec }];
  });
  return { tools, renamed };
}

function toolSpec(name: string, description: string | undefined, schema: ToolDefinition['schema']): ToolSpecification {
  return {
    name,
    // "Invalid length for parameter toolSpec.description, valid min length: 1", and blanks are no better.
    ...(description?.trim() && { description }),
    inputSchema: { json: schema as Record<string, never> },
  };
}

/**
 * "The toolConfig field must be defined when using toolUse and toolResult content blocks" (agentgateway #2192,
 * oh-my-pi #1227): a request that offers no tools gets those of its history back, not to be called.
 */
function fromHistory(
  historyNames: readonly string[],
  { rules, thinking }: ToolContext,
  adjustments: Adjustments,
): PreparedTools {
  if (historyNames.length === 0) return NO_TOOLS;
  adjustments.changed('tools', 'added_from_history');
  const tools = [...new Set(historyNames)].map((name) => ({
    toolSpec: {
      name,
      description: 'Was used earlier in this conversation and is not available any more.',
      inputSchema: { json: { type: 'object' } },
    },
  }));
  const { fields, hints } = prepareToolChoice({ kind: 'none' }, 'any', rules, thinking, adjustments);
  return { toolConfig: { tools }, fields, hints, renamed: NO_NAMES };
}
