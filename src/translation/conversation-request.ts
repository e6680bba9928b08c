import { badRequest } from '../errors/errors.ts';
import type { Attachments } from './attachments/attachments.ts';
import { type PdfSituation, withPdfPages } from './attachments/pdf-pages.ts';
import type { Adjustments } from './adjustments.ts';
import { textBlock } from './content/text-blocks.ts';
import { prepareGeneration, withModelFields, type GenerationOptions } from './generation/generation.ts';
import type { Conversation } from './history/system-prompt.ts';
import { reconcileThinking } from './generation/thinking-and-tools.ts';
import { prepareBoundThinking, withoutReasoning } from './thinking-blocks/thinking-history.ts';
import { calledToolNames } from './history/tool-history.ts';
import type { ToolNameMap } from './tools/tool-names.ts';
import { prepareTools, type ToolOptions } from './tools/tools.ts';
import { applyPrefillRule, prefillRuleFor, normalizeTurns } from './history/turns.ts';
import type { ConverseMessage, ConverseRequest } from '../wire/converse.ts';
import type { Translation, TranslationOptions } from './dialect.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { withCachePoints, type PromptCacheFields } from './caching/with-cache-points.ts';
import { withBedrockOptions, type RequestLevelFields } from './bedrock-options/bedrock-options.ts';
import { bothFallbacks, type ExpectedOutput, type SchemaFallback } from './json-schema/expected-output.ts';
import type { JsonSchema } from './json-schema/json-schema.ts';
import { prepareStructuredOutput } from './structured/prepare-structured-output.ts';
import { appendInstructions } from './structured/json-instruction.ts';
import { clientSchemas, enforcedSchemasOf, withOutputConfig } from './structured/output-config.ts';
import { renamedProperties, withModelNames } from './tool-schemas/renamed-properties.ts';
import type { StructuredOutputOptions } from './structured/structured-wish.ts';

/** A conversation with tools as a dialect has read it, before a model's rules are applied. */
export interface ConversationInput extends Conversation {
  /** The request's field that holds the conversation, for refusals and notes. */
  param: string;
  wish: GenerationOptions;
  tools: ToolOptions;
  names: ToolNameMap;
  attachments: Attachments;
  /** An answer in JSON; absent where it is plain text. */
  format?: StructuredOutputOptions;
  /** The request's fields about the call itself. */
  fields: RequestLevelFields & PromptCacheFields;
}

/** The same for every dialect with conversations and tools. Throws GatewayError 400 with `param`. */
export function toConverseRequest(
  { param, system, messages, wish, tools, names, attachments, format, fields }: ConversationInput,
  options: TranslationOptions,
  adjustments: Adjustments,
): Pick<Translation, 'schemaUse' | 'emulatedStops' | 'renamed'> & { input: ConverseRequest } {
  const { rules } = options.model;
  if (messages.length === 0 && system.length === 0) {
    throw badRequest('The conversation needs at least one message.', param);
  }
  const given = options.history?.reasoning === 'dropped' ? withoutReasoning(messages, adjustments) : messages;
  const turns = normalizeTurns(given, rules, param, adjustments);
  const thinking = reconcileThinking(wish.thinking, { choice: tools.choice, turns }, rules, adjustments);
  const generation = prepareGeneration({ ...wish, thinking }, options, adjustments);
  const schemas = clientSchemas(format, tools);
  const plan = { rules, thinking: generation.thinking, concessions: concessionsFor(schemas, options) };
  const structured = prepareStructuredOutput(format, tools, plan, adjustments);
  const {
    toolConfig,
    fields: toolFields,
    hints,
    renamed: renamedTools,
  } = prepareTools(structured.tools, names, calledToolNames(turns), plan, adjustments);
  if (names.renamesAny) adjustments.changed('tools.name', 'renamed');
  const instructions = [...system, ...hints.map(textBlock)];
  const bound = prepareBoundThinking(
    withModelNames(turns, renamedTools),
    generation.settings,
    options.model,
    adjustments,
  );
  // "Message prefilling: incompatible with JSON outputs" (Anthropic); elsewhere the answer would lack its beginning.
  const prefill = structured.expected ? 'refused' : prefillRuleFor(rules, generation.thinking);
  const ended = applyPrefillRule(bound.turns, prefill, param, adjustments);
  const input: ConverseRequest = {
    ...(instructions.length > 0 && { system: instructions }),
    messages: fitMessages(ended, attachments, { ...options, expected: structured.expected }, adjustments),
    ...withOutputConfig(withModelFields(bound.settings, toolFields), structured.outputConfig, rules, adjustments),
    ...(toolConfig && { toolConfig }),
  };
  const told = appendInstructions(input, structured.hints, rules.system ? 'taken' : 'refused');
  const extended = withBedrockOptions(told, fields, options, adjustments);
  const schemaUse = enforcedSchemasOf(structured, toolConfig, schemas);
  const renamed = renamedProperties(renamedTools, structured.renamed);
  return {
    input: withCachePoints(extended, fields, options, adjustments),
    ...(schemaUse && { schemaUse }),
    ...(renamed && { renamed }),
    ...emulatedStops(generation.emulatedStops, structured.expected, adjustments),
  };
}

/** Returns the fallback that the rejections of this request and of earlier requests require. */
function concessionsFor(
  schemas: readonly JsonSchema[],
  { concessions = {}, rejectedBefore }: TranslationOptions,
): SchemaFallback {
  if (rejectedBefore === undefined || schemas.length === 0) return concessions;
  return bothFallbacks(concessions, rejectedBefore.schemas(schemas));
}

function fitMessages(
  turns: readonly ConverseMessage[],
  attachments: Attachments,
  { model, policy = DEFAULT_POLICY, history, expected }: TranslationOptions & Pick<PdfSituation, 'expected'>,
  adjustments: Adjustments,
): ConverseMessage[] {
  if (attachments.isEmpty) return [...turns];
  const fit = attachments.fit(turns, history?.mostImages);
  return [...withPdfPages(fit, { rules: model.rules, policy, history, expected }, adjustments)];
}

/** JSON that has to be whole is not cut. */
function emulatedStops(
  stops: readonly string[],
  expected: ExpectedOutput | undefined,
  adjustments: Adjustments,
): Pick<Translation, 'emulatedStops'> {
  if (stops.length === 0) return {};
  if (expected === undefined) return { emulatedStops: stops };
  adjustments.dropped('stop');
  return {};
}
