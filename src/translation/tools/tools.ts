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

/** A tool that a request offers. */
export interface ToolDefinition {
  /** The client's name of the tool. */
  name: string;
  description?: string;
  /** JSON schema of the input. */
  schema: Readonly<Record<string, unknown>>;
  /** True if the input must conform to the schema. */
  strict: boolean;
  /** Set if the tool ends a prefix to cache. */
  cachePoint?: CachePoint;
}

/** Tools of a request, of any API. */
export interface ToolOptions {
  /** Name of the request's field with the tools, for error messages. */
  param: string;
  offers: readonly ToolDefinition[];
  choice: ToolChoiceOptions;
  parallelism: ParallelToolCalls;
}

/** Tools in the form of a Converse request, with instructions and fields that complete them. */
export interface PreparedTools extends Pick<PreparedToolChoice, 'fields' | 'hints'> {
  toolConfig?: ToolConfig;
  /** Renamed properties, by Bedrock's name of the tool. */
  renamed: ReadonlyMap<string, PropertyNames>;
}

interface ToolContext {
  rules: ModelRules;
  thinking: 'on' | 'off';
  /** Restrictions from earlier rejections of strict tools by Bedrock. */
  schemaFallback?: SchemaFallback;
}

type ToolSpecification = NonNullable<Tool['toolSpec']>;

/** Maximum strict tools of a request. More are rejected: "Too many strict tools" (observed by pi-ai, 2026-11). */
const MAX_STRICT_TOOLS = 20;
const NO_NAMES: ReadonlyMap<string, PropertyNames> = new Map();
const NO_TOOLS: PreparedTools = { fields: {}, hints: [], renamed: NO_NAMES };

/**
 * Returns the tools that the model supports. Throws GatewayError 400 if the request requires tools and the model has
 * none.
 */
export function toolOptionsFor(options: ToolOptions, rules: ModelRules): ToolOptions {
  if (rules.tools || options.offers.length === 0) return options;
  if (options.choice.kind === 'none') return { ...options, offers: [] };
  throw badRequest('This model does not support tools. Remove them, or use another model.', options.param);
}

/**
 * Prepares the tools of a request, and reports changes. `historyNames`: Bedrock's names of the tools that the
 * conversation called.
 */
export function prepareTools(
  options: ToolOptions,
  names: ToolNameMap,
  historyNames: readonly string[],
  context: ToolContext,
  adjustments: Adjustments,
): PreparedTools {
  const { rules, thinking } = context;
  if (options.offers.length === 0) return fromHistory(historyNames, context, adjustments);
  if (options.choice.kind === 'none' && historyNames.length === 0 && !rules.nativeToolChoice) {
    // No tool can be called, and none was called before. Without tools, the model cannot attempt a call.
    adjustments.dropped(options.param);
    return NO_TOOLS;
  }
  const { choice } = options;
  const sentChoice: ToolChoiceOptions = choice.kind === 'named' ? namedChoice(names.toBedrock(choice.name)) : choice;
  const { toolChoice, ...rest } = prepareToolChoice(sentChoice, options.parallelism, rules, thinking, adjustments);
  const { tools, renamed } = toolSpecs(options.offers, names, context, adjustments);
  return { toolConfig: { tools, ...(toolChoice && { toolChoice }) }, renamed, ...rest };
}

function namedChoice(name: string): ToolChoiceOptions {
  return { kind: 'named', name };
}

function toolSpecs(
  offers: readonly ToolDefinition[],
  names: ToolNameMap,
  { rules, schemaFallback }: ToolContext,
  adjustments: Adjustments,
): { tools: Tool[]; renamed: ReadonlyMap<string, PropertyNames> } {
  const renamed = new Map<string, PropertyNames>();
  const native = rules.strictTools === true && schemaFallback?.strictTools !== 'dropped';
  let strictLeft = native ? MAX_STRICT_TOOLS : 0;
  const tools = offers.flatMap(({ name, description, schema, strict, cachePoint }): Tool[] => {
    const { schema: plain, names: properties } = fitToolSchema(schema, rules, 'tools.parameters', adjustments);
    if (properties) renamed.set(names.toBedrock(name), properties);
    // Claude enforces strict inputs with the grammar of structured output, which does not support every schema.
    const simplified = strict && strictLeft > 0 ? simplifySchema(plain) : undefined;
    if (strict && !simplified) adjustments.ignored('tools.strict');
    if (simplified) strictLeft -= 1;
    reportSimplifiedSchemas(simplified?.lowered ?? [], 'tools.parameters', adjustments);
    const spec = toolSpec(names.toBedrock(name), description, simplified?.schema ?? plain);
    if (simplified) spec.strict = true;
    return cachePoint ? [{ toolSpec: spec }, cachePoint] : [{ toolSpec: spec }];
  });
  return { tools, renamed };
}

function toolSpec(name: string, description: string | undefined, schema: ToolDefinition['schema']): ToolSpecification {
  return {
    name,
    // "Invalid length for parameter toolSpec.description, valid min length: 1". Blank descriptions have no value
    // either.
    ...(description?.trim() && { description }),
    inputSchema: { json: schema as Record<string, never> },
  };
}

/**
 * Returns the tools that the history calls, for a request that offers none. "The toolConfig field must be defined when
 * using toolUse and toolResult content blocks" (agentgateway #2192, oh-my-pi #1227). The model must not call them.
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
