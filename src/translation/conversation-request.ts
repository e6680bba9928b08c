import { badRequest } from '../errors/errors.ts';
import type { Attachments } from './attachments/attachments.ts';
import { type PdfPagesOptions, withPdfPages } from './attachments/pdf-pages.ts';
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
import { combinedFallback, type ExpectedOutput, type SchemaFallback } from './json-schema/expected-output.ts';
import type { JsonSchema } from './json-schema/json-schema.ts';
import { prepareStructuredOutput } from './structured/prepare-structured-output.ts';
import { appendInstructions } from './structured/json-instruction.ts';
import { clientSchemas, enforcedSchemasOf, withOutputConfig } from './structured/output-config.ts';
import { renamedProperties, withModelNames } from './tool-schemas/renamed-properties.ts';
import type { StructuredOutputOptions } from './structured/structured-output-options.ts';

/** A conversation with tools as a dialect has read it, before the rules of the model are applied. */
export interface ConversationInput extends Conversation {
  /** The request field that holds the conversation, for errors and adjustments. */
  param: string;
  generationOptions: GenerationOptions;
  tools: ToolOptions;
  /** Maps tool names between the client and Bedrock. */
  names: ToolNameMap;
  /** Images, documents and audio of the request, with the limits of the model. */
  attachments: Attachments;
  /** The requested JSON output; absent if the answer is plain text. */
  format?: StructuredOutputOptions;
  /** Options of Bedrock and of its prompt cache. */
  fields: RequestLevelFields & PromptCacheFields;
}

/**
 * Builds the Converse request of a conversation, for all dialects with conversations and tools.
 *
 * The order of the steps matters. Thinking depends on the tool choice and on the turns. The output format depends on
 * thinking, and may add a tool. Cache points come last, because their places depend on the final system prompt, tools and
 * messages.
 *
 * @throws GatewayError 400 with `param` if the model cannot take the conversation
 */
export function toConverseRequest(
  { param, system, messages, generationOptions, tools, names, attachments, format, fields }: ConversationInput,
  options: TranslationOptions,
  adjustments: Adjustments,
): Pick<Translation, 'schemaUse' | 'emulatedStops' | 'renamed'> & { input: ConverseRequest } {
  const { rules } = options.model;
  if (messages.length === 0 && system.length === 0) {
    throw badRequest('The conversation needs at least one message.', param);
  }
  const readable = options.history?.reasoning === 'dropped' ? withoutReasoning(messages, adjustments) : messages;
  const turns = normalizeTurns(readable, rules, param, adjustments);
  const thinking = reconcileThinking(generationOptions.thinking, { choice: tools.choice, turns }, rules, adjustments);
  const generation = prepareGeneration({ ...generationOptions, thinking }, options, adjustments);
  const schemas = clientSchemas(format, tools);
  const situation = { rules, thinking: generation.thinking, schemaFallback: schemaFallbackFor(schemas, options) };
  const structured = prepareStructuredOutput(format, tools, situation, adjustments);
  const {
    toolConfig,
    fields: toolFields,
    hints,
    renamed: renamedTools,
  } = prepareTools(structured.tools, names, calledToolNames(turns), situation, adjustments);
  if (names.renamesAny) adjustments.changed('tools.name', 'renamed');
  const instructions = [...system, ...hints.map(textBlock)];
  const bound = prepareBoundThinking(
    withModelNames(turns, renamedTools),
    generation.settings,
    options.model,
    adjustments,
  );
  // "Message prefilling: incompatible with JSON outputs" (Anthropic). With other models, the answer would be incomplete
  // JSON, because the prefill holds its beginning.
  const prefill = structured.expected ? 'rejected' : prefillRuleFor(rules, generation.thinking);
  const finalTurns = applyPrefillRule(bound.turns, prefill, param, adjustments);
  const input: ConverseRequest = {
    ...(instructions.length > 0 && { system: instructions }),
    messages: fitMessages(finalTurns, attachments, { ...options, expected: structured.expected }, adjustments),
    ...withOutputConfig(withModelFields(bound.settings, toolFields), structured.outputConfig, rules, adjustments),
    ...(toolConfig && { toolConfig }),
  };
  const withHints = appendInstructions(input, structured.hints, rules.system ? 'accepted' : 'rejected');
  const withOptions = withBedrockOptions(withHints, fields, options, adjustments);
  const schemaUse = enforcedSchemasOf(structured, toolConfig, schemas);
  const renamed = renamedProperties(renamedTools, structured.renamed);
  return {
    input: withCachePoints(withOptions, fields, options, adjustments),
    ...(schemaUse && { schemaUse }),
    ...(renamed && { renamed }),
    ...emulatedStops(generation.emulatedStops, structured.expected, adjustments),
  };
}

/** Returns the fallback that the rejections of this request and of earlier requests require. */
function schemaFallbackFor(
  schemas: readonly JsonSchema[],
  { schemaFallback = {}, rejectedBefore }: TranslationOptions,
): SchemaFallback {
  if (rejectedBefore === undefined || schemas.length === 0) return schemaFallback;
  return combinedFallback(schemaFallback, rejectedBefore.schemas(schemas));
}

/** Applies the model's limits of images and documents, and its support of PDF. */
function fitMessages(
  turns: readonly ConverseMessage[],
  attachments: Attachments,
  { model, policy = DEFAULT_POLICY, history, expected }: TranslationOptions & Pick<PdfPagesOptions, 'expected'>,
  adjustments: Adjustments,
): ConverseMessage[] {
  if (attachments.isEmpty) return [...turns];
  const fit = attachments.fit(turns, history?.maxImages);
  return [...withPdfPages(fit, { rules: model.rules, policy, history, expected }, adjustments)];
}

/** Returns the stop sequences that the gateway applies itself. Drops and reports them for JSON, which a cut makes invalid. */
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
