import type { MediaReference } from '../../../../media/media-reference.ts';
import { longContextBeta } from '../../../../models/names/long-context.ts';
import type { Model } from '../../../../models/types/model.ts';
import { badRequest } from '../../../../errors/errors.ts';
import { Adjustments } from '../../../adjustments.ts';
import { INVOKED_VERSION } from '../../invoked-version.ts';
import { reportLongContext } from '../../../generation/beta-flags.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../../../wire/json/json-depth.ts';
import { prepareSampling } from '../../../generation/sampling.ts';
import type { TranslationOptions } from '../../../dialect.ts';
import { DEFAULT_POLICY } from '../../../policy.ts';
import { sentBetaFlags, withBetaFlags } from '../../messages-betas.ts';
import { withCacheControl } from './messages-cache.ts';
import { withCallIds } from './messages-call-ids.ts';
import { type InvokeHeaders, toInvokeHeaders, withoutGuardrailFields } from './invoke-headers.ts';
import { withImageLimits } from '../../messages-images.ts';
import { messagesMediaReferences, withFetchedMedia } from '../../messages-media.ts';
import { withOutputFormat } from '../format/messages-output-format.ts';
import { enforcedFormat, withPromptedFormat } from '../format/prompted-format.ts';
import type { ExpectedOutput } from '../../../json-schema/expected-output.ts';
import type { RenamedInMessages } from '../answer/messages-restored.ts';
import { withFitSchemas } from './messages-schemas.ts';
import { withModelThinking } from './invoke-thinking.ts';
import { withOwnReasoning, withoutLostReasoning } from './messages-reasoning.ts';
import { withoutServerBlocks } from './messages-server-blocks.ts';
import { rejectThreads } from '../../reject-threads.ts';
import { rejectMcpServers, withBedrockTools } from '../../messages-tools.ts';
import { withToolChoice } from './messages-tool-choice.ts';
import { withBedrockTurns } from './invoke-turns.ts';
import type { MessagesRequest } from '../../types.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';

/** The InvokeModel request for one request of Anthropic's API. */
export interface MessagesTranslation {
  body: JsonObject;
  headers: InvokeHeaders;
  adjusted: readonly string[];
  /** Output to check, if the prompt demands the format. Otherwise absent, because Bedrock enforces the format. */
  expected?: ExpectedOutput;
  /** Absent if no name was replaced for the model. */
  renamed?: RenamedInMessages;
}

/** Headers of the client's request that affect the body. */
export interface MessagesHeaderFields {
  /** `anthropic-beta`: flags, separated by commas. */
  betas?: string;
}

/**
 * Fields that do not belong into the body: the path, headers or the operation contain them, or the gateway reads them.
 */
const NOT_IN_BODY = ['model', 'stream', 'anthropic_version', 'service_tier', 'mcp_servers', 'thread'];

/** Fields that concern Anthropic's own servers: location, storage and billing. Bedrock does not support them. */
const NOT_ON_BEDROCK = [
  'container',
  'diagnostics',
  'fallbacks',
  'inference_geo',
  'speed',
  'user_profile_id',
  'workspace_id',
];
/** Values of these fields that request Bedrock's default behavior. */
const HARMLESS: JsonObject = { speed: 'standard' };

/** Returns the media to fetch before the translation. Never throws. */
export function invokeMediaReferences(request: MessagesRequest, model: Model): readonly MediaReference[] {
  return messagesMediaReferences({ ...request }, model);
}

/**
 * Translates a request of Anthropic's API to a body of InvokeModel, which is nearly the same. Unknown fields pass, so
 * that new features work once Bedrock supports them; until then Bedrock's own error names them. Throws GatewayError 400
 * with `param` for fields whose loss would make the answer wrong.
 */
export function toInvokeBody(
  request: MessagesRequest,
  head: MessagesHeaderFields,
  options: TranslationOptions,
): MessagesTranslation {
  const prompted = needsPrompt(request, options) ? withPromptedFormat(request) : undefined;
  const translation = bodyFor(prompted?.request ?? request, head, options);
  if (prompted === undefined) return translation;
  const { expected, adjusted } = prompted;
  return { ...translation, expected, adjusted: [...translation.adjusted, ...adjusted] };
}

/** Returns true if Bedrock rejected the format of the answer, in this request or in an earlier one. */
function needsPrompt(request: MessagesRequest, { schemaFallback, rejectedBefore }: TranslationOptions): boolean {
  if (schemaFallback?.format !== undefined) return true;
  const enforced = rejectedBefore && enforcedFormat(request);
  return enforced !== undefined && rejectedBefore?.schemas(enforced.schemas).format !== undefined;
}

function bodyFor(
  request: MessagesRequest,
  head: MessagesHeaderFields,
  options: TranslationOptions,
): MessagesTranslation {
  if (options.history?.betas === 'rejected') return bodyWithoutBetas(request, head, options);
  const translation = bodyWith(request, head, options);
  const isRejected = options.rejectedBefore?.betaFlags(sentBetaFlags(translation.body)) ?? false;
  return isRejected ? bodyWithoutBetas(request, head, options) : translation;
}

/** Translates for a model without beta flags: fields that require one are dropped. */
function bodyWithoutBetas(
  request: MessagesRequest,
  head: MessagesHeaderFields,
  options: TranslationOptions,
): MessagesTranslation {
  const { policy = DEFAULT_POLICY, model } = options;
  const without = {
    ...options,
    model: { ...model, rules: { ...model.rules, betas: [] } },
    policy: { ...policy, passthrough: { ...policy.passthrough, betaFlags: [] } },
  };
  const translation = bodyWith(request, head, without);
  const others = translation.adjusted.filter((entry) => !entry.startsWith('anthropic_beta='));
  return { ...translation, adjusted: ['anthropic_beta=rejected_dropped', ...others] };
}

function bodyWith(
  request: MessagesRequest,
  head: MessagesHeaderFields,
  options: TranslationOptions,
): MessagesTranslation {
  const adjustments = new Adjustments();
  const { policy = DEFAULT_POLICY, model } = options;
  const { rules } = model;
  const fields: JsonObject = withoutGuardrailFields({ ...request }, policy);
  if (exceedsMaxDepth(fields))
    throw badRequest(`The request may be nested at most ${MAX_JSON_DEPTH} levels deep.`, 'messages');
  rejectMcpServers(fields);
  rejectThreads(fields);
  const headers = toInvokeHeaders(fields, options, adjustments);
  const supported = withoutUnsupportedFields(withOutputFormat(fields, adjustments), adjustments);
  const { history = {} } = options;
  const withMedia = withImageLimits(
    withFetchedMedia(supported, options.fetchedMedia),
    rules,
    history.maxImages,
    adjustments,
  );
  const withoutServerTools = withoutServerBlocks(withMedia, rules, adjustments);
  const withReasoning = withOwnReasoning(withoutServerTools, model, history, adjustments);
  const withTurns = withBedrockTurns(withReasoning, model, history, adjustments);
  const withCache = withCacheControl(withTurns, rules, adjustments);
  const withTools = withBedrockTools(withCallIds(withCache, adjustments), rules, adjustments);
  const fit = withFitSchemas(withTools, rules, adjustments);
  const betas = { rules, passed: policy.passthrough.betaFlags, fromModelName: betasByName(options, adjustments) };
  const withBetas = withBetaFlags(fit.body, head.betas, betas, adjustments);
  const withThinking = withModelThinking(withBetas, options, adjustments);
  const withReasoningChecked = withoutLostReasoning(
    withToolChoice(withThinking, rules, adjustments),
    model,
    adjustments,
  );
  const body = withSampling(
    withReasoningChecked,
    withThinking['thinking'] === withBetas['thinking'] ? 'free' : 'fixed',
    options,
    adjustments,
  );
  return {
    body: { ...headers.fields, anthropic_version: INVOKED_VERSION, ...body },
    headers: headers.headers,
    adjusted: adjustments.list(),
    ...(fit.renamed && { renamed: fit.renamed }),
  };
}

/** Returns the beta flag of the long context if the model name requests it. */
function betasByName({ longContext, model: { rules } }: TranslationOptions, adjustments: Adjustments): string[] {
  if (!longContext) return [];
  const beta = longContextBeta(rules);
  if (beta === undefined) reportLongContext(rules, adjustments);
  return beta === undefined ? [] : [beta];
}

function withoutUnsupportedFields(request: JsonObject, adjustments: Adjustments): JsonObject {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(request)) {
    if (NOT_IN_BODY.includes(name)) continue;
    if (!NOT_ON_BEDROCK.includes(name)) result[name] = value;
    else if (value !== null && value !== undefined && value !== HARMLESS[name]) adjustments.dropped(name);
  }
  return result;
}

/**
 * Returns the body with the sampling parameters that the model accepts. `fixed` means that the gateway enabled
 * thinking, which excludes some of them.
 */
function withSampling(
  body: JsonObject,
  restriction: 'free' | 'fixed',
  { model: { rules }, thinkingByName }: TranslationOptions,
  adjustments: Adjustments,
): JsonObject {
  const { temperature, top_p: topP, top_k: topK, ...rest } = body;
  const requested = { temperature: numberIn(temperature), topP: numberIn(topP), topK: numberIn(topK) };
  const isThinking = restriction === 'fixed' || (thinkingByName && body['thinking'] !== undefined);
  const accepted = prepareSampling(requested, rules, isThinking ? 'fixed' : 'free', adjustments);
  // Values that are no numbers stay in the body, so that the model rejects them.
  return {
    ...rest,
    ...sampled('temperature', temperature, accepted.temperature),
    ...sampled('top_p', topP, accepted.topP),
    ...sampled('top_k', topK, accepted.topK),
  };
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function sampled(name: string, original: unknown, accepted: number | undefined): JsonObject {
  if (original === undefined || original === null) return {};
  if (typeof original !== 'number') return { [name]: original };
  return accepted === undefined ? {} : { [name]: accepted };
}
