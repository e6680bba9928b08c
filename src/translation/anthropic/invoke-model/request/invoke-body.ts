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
import { withBetaFlags } from '../../messages-betas.ts';
import { withCacheControl } from './messages-cache.ts';
import { withCallIds } from './messages-call-ids.ts';
import { type InvokeHeaders, toInvokeHeaders } from './invoke-headers.ts';
import { withImageLimits } from '../../messages-images.ts';
import { messagesMediaReferences, withFetchedMedia } from '../../messages-media.ts';
import { withOutputFormat } from './messages-output-format.ts';
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

/** What InvokeModel is sent for one request of Anthropic's. */
export interface MessagesTranslation {
  body: JsonObject;
  headers: InvokeHeaders;
  adjusted: readonly string[];
  /** Absent where the model knows everything by the client's names. */
  renamed?: RenamedInMessages;
}

/** The words of the request that stand in its headers. */
export interface MessagesHeaderFields {
  /** `anthropic-beta`: flags, separated by commas. */
  betas?: string;
}

/** Said elsewhere: in the path, in the operation, in our own words. */
const SAID_ELSEWHERE = ['model', 'stream', 'anthropic_version', 'service_tier', 'mcp_servers', 'thread'];

/** About Anthropic's own servers: where they stand, what they keep, how they bill. Nothing of it is behind Bedrock. */
const NOT_ON_BEDROCK = [
  'container',
  'diagnostics',
  'fallbacks',
  'inference_geo',
  'speed',
  'user_profile_id',
  'workspace_id',
];
/** Values of these that ask for what Bedrock does anyway. */
const HARMLESS: JsonObject = { speed: 'standard' };

/** What has to be fetched before the translation. Reads, refuses nothing. */
export function invokeMediaReferences(request: MessagesRequest, model: Model): readonly MediaReference[] {
  return messagesMediaReferences({ ...request }, model);
}

/**
 * A request of Anthropic's as InvokeModel takes it: nearly as it came. Fields that nobody here knows pass, so that what
 * is new works on the day that Bedrock has it, and Bedrock's own words say where it does not. Throws GatewayError 400
 * with `param` for what would look answered and not be.
 */
export function toInvokeBody(
  request: MessagesRequest,
  head: MessagesHeaderFields,
  options: TranslationOptions,
): MessagesTranslation {
  if (options.history?.betas === 'refused') return bodyWithoutBetas(request, head, options);
  return bodyWith(request, head, options);
}

/** A model without beta flags: the fields that need one are omitted as for such a model. */
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
  const given: JsonObject = { ...request };
  if (exceedsMaxDepth(given)) throw badRequest(`The request may be nested ${MAX_JSON_DEPTH} levels deep.`, 'messages');
  rejectMcpServers(given);
  rejectThreads(given);
  const headers = toInvokeHeaders(given, options, adjustments);
  const named = withoutForeign(withOutputFormat(given, adjustments), adjustments);
  const { history = {} } = options;
  const filled = withImageLimits(withFetchedMedia(named, options.fetchedMedia), rules, history.mostImages, adjustments);
  const known = withoutServerBlocks(filled, rules, adjustments);
  const owned = withOwnReasoning(known, model, history, adjustments);
  const spoken = withBedrockTurns(owned, model, history, adjustments);
  const cached = withCacheControl(spoken, rules, adjustments);
  const tooled = withBedrockTools(withCallIds(cached, adjustments), rules, adjustments);
  const fit = withFitSchemas(tooled, rules, adjustments);
  const betas = { rules, passed: policy.passthrough.betaFlags, asked: betasByName(options, adjustments) };
  const flagged = withBetaFlags(fit.body, head.betas, betas, adjustments);
  const planned = withModelThinking(flagged, options, adjustments);
  const thought = withoutLostReasoning(withToolChoice(planned, rules, adjustments), model, adjustments);
  const body = withSampling(
    thought,
    planned['thinking'] === flagged['thinking'] ? 'free' : 'fixed',
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

/** The flag of the long context, where the name of the model asks for it. */
function betasByName({ longContext, model: { rules } }: TranslationOptions, adjustments: Adjustments): string[] {
  if (!longContext) return [];
  const beta = longContextBeta(rules);
  if (beta === undefined) reportLongContext(rules, adjustments);
  return beta === undefined ? [] : [beta];
}

function withoutForeign(request: JsonObject, adjustments: Adjustments): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(request)) {
    if (SAID_ELSEWHERE.includes(name)) continue;
    if (!NOT_ON_BEDROCK.includes(name)) kept[name] = value;
    else if (value !== null && value !== undefined && value !== HARMLESS[name]) adjustments.dropped(name);
  }
  return kept;
}

/** `fixed` where it was this gateway that made the model think: what does not go with that goes. */
function withSampling(
  body: JsonObject,
  freedom: 'free' | 'fixed',
  { model: { rules }, thinkingByName }: TranslationOptions,
  adjustments: Adjustments,
): JsonObject {
  const { temperature, top_p: topP, top_k: topK, ...rest } = body;
  const wish = { temperature: numberIn(temperature), topP: numberIn(topP), topK: numberIn(topK) };
  const isThinking = freedom === 'fixed' || (thinkingByName && body['thinking'] !== undefined);
  const fit = prepareSampling(wish, rules, isThinking ? 'fixed' : 'free', adjustments);
  // What is no number is the model's to refuse.
  return {
    ...rest,
    ...sampled('temperature', temperature, fit.temperature),
    ...sampled('top_p', topP, fit.topP),
    ...sampled('top_k', topK, fit.topK),
  };
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function sampled(name: string, given: unknown, fit: number | undefined): JsonObject {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'number') return { [name]: given };
  return fit === undefined ? {} : { [name]: fit };
}
