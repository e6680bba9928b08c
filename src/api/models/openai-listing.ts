import { epochSecondsOf, stateOf } from '../../models/types/lifecycle.ts';
import type { LifeState } from '../../models/types/lifecycle.ts';
import type { ModelListing } from '../../models/model-registry.service.ts';
import type { Model, ModelRules } from '../../models/types/model.ts';

/**
 * A model in OpenAI's format (OpenAI specification 2.3.0, schema `Model`), with additional fields for choosing a model.
 * `created`, `owned_by`, `state` and the dates belong to the requested name. Limits, modalities and features belong to the
 * model that answers.
 */
export interface OpenAIModel {
  id: string;
  object: 'model';
  /** Seconds since 1970; 0 if the launch day is unknown. */
  created: number;
  owned_by: string;
  /** Name of the model that answers, equal to `model` of the answer. */
  answered_by: string;
  state: LifeState;
  /** Last day as `YYYY-MM-DD`; null if none is announced. */
  shutdown_date: string | null;
  /** Day as `YYYY-MM-DD` before which AWS does not retire the model; null if none is announced. */
  shutdown_not_before: string | null;
  /** Maximum tokens of prompt and answer together. */
  context_window: number;
  /** Maximum tokens of an answer; 0 for embedding models. */
  max_output_tokens: number;
  modalities: { input: readonly InputModality[]; output: readonly OutputModality[] };
  features: readonly ModelFeature[];
}

export type InputModality = 'text' | 'image' | 'file' | 'audio';

export type OutputModality = 'text' | 'embedding';

export type ModelFeature =
  | 'tools'
  | 'forced_tool_choice'
  | 'reasoning'
  | 'structured_output'
  | 'prompt_caching'
  | 'prefill'
  | 'sampling'
  | 'stop_sequences';

/** OpenAI's model list. */
export interface OpenAIModelList {
  object: 'list';
  data: OpenAIModel[];
}

/** Converts a model. `now` determines its lifecycle state. */
export function toOpenAIModel({ id, card, requested }: ModelListing, now: Date): OpenAIModel {
  const { launched, endOfLife, endNotBefore } = requested.lifecycle;
  return {
    id,
    object: 'model',
    created: launched === undefined ? 0 : epochSecondsOf(launched),
    owned_by: requested.provider,
    answered_by: card.name,
    state: stateOf(requested, now),
    shutdown_date: endOfLife ?? null,
    shutdown_not_before: endNotBefore ?? null,
    context_window: card.rules.contextTokens,
    max_output_tokens: card.rules.maxOutputTokens,
    modalities: { input: inputsOf(card.rules), output: [card.embedding === undefined ? 'text' : 'embedding'] },
    features: card.embedding === undefined ? featuresOf(card) : [],
  };
}

/** Converts a list of models. `now` determines their lifecycle state. */
export function toOpenAIList(listings: readonly ModelListing[], now: Date): OpenAIModelList {
  return { object: 'list', data: listings.map((listing) => toOpenAIModel(listing, now)) };
}

function inputsOf({ vision, documents, audio }: ModelRules): InputModality[] {
  return [
    'text',
    ...(vision ? (['image'] as const) : []),
    ...(documents ? (['file'] as const) : []),
    ...(audio ? (['audio'] as const) : []),
  ];
}

/**
 * Returns the features of a model. Structured output is listed only if Bedrock supports it; for other models, the gateway
 * requests JSON and checks the answer.
 */
function featuresOf({ rules }: Model): ModelFeature[] {
  const has: Record<ModelFeature, boolean> = {
    tools: rules.tools,
    forced_tool_choice: rules.tools && rules.forcedToolChoice !== 'never',
    reasoning: rules.thinking !== null || rules.reasoningField !== null,
    structured_output: rules.structuredOutput === 'native',
    prompt_caching: rules.cacheMinTokens !== undefined,
    prefill: rules.prefill,
    sampling: rules.sampling !== 'none',
    stop_sequences: rules.stopSequences,
  };
  return FEATURES.filter((feature) => has[feature]);
}

const FEATURES: readonly ModelFeature[] = [
  'tools',
  'forced_tool_choice',
  'reasoning',
  'structured_output',
  'prompt_caching',
  'prefill',
  'sampling',
  'stop_sequences',
];
