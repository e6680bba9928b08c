import type { TranslationOptions } from '../dialect.ts';
import type { Adjustments } from '../adjustments.ts';
import { betaFlags, type BetaOptions } from './beta-flags.ts';
import { maxTokensOf } from './max-tokens.ts';
import { prepareSampling, prepareStopSequences, type SamplingOptions } from './sampling.ts';
import { prepareThinking } from './thinking.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';
import type { ConverseRequest } from '../../wire/converse.ts';

/** Generation options of a request, of any API: everything except the conversation. */
export interface GenerationOptions {
  maxTokens: { param: string; named?: number };
  sampling: SamplingOptions;
  /** OpenAI's `stop`, not validated yet. */
  stop: unknown;
  thinking: ThinkingOptions;
  betas: BetaOptions;
}

/** Converse settings for the generation options, and what they imply for the rest of the translation. */
export interface PreparedGeneration {
  /** Fields of the Converse request. */
  settings: Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields'>;
  thinking: PreparedThinking['active'];
  /** Stop sequences that the gateway applies, because the model does not accept them. */
  emulatedStops: readonly string[];
}

/**
 * Prepares the generation options. The order matters: beta flags raise the token limit, thinking takes its share of the
 * limit and restricts sampling.
 */
export function prepareGeneration(
  generation: GenerationOptions,
  options: TranslationOptions,
  adjustments: Adjustments,
): PreparedGeneration {
  const { rules } = options.model;
  const betas = betaFlags(generation.betas, rules, adjustments);
  const ceiling = maxTokensOf(rules, generation.betas.extendedOutput ? 'extended' : 'usual');
  const limit = { ...generation.maxTokens, byDefault: options.defaultMaxTokens, ceiling };
  const thinking = prepareThinking(generation.thinking, limit, rules, adjustments);
  const { topK, ...sampling } = prepareSampling(generation.sampling, rules, thinking.sampling, adjustments);
  const { native: stopSequences, emulated: emulatedStops } = prepareStopSequences(generation.stop, rules, adjustments);

  const inferenceConfig = {
    ...(thinking.maxTokens !== undefined && { maxTokens: thinking.maxTokens }),
    ...sampling,
    ...(stopSequences.length > 0 && { stopSequences }),
  };
  const additionalModelRequestFields = {
    ...thinking.fields,
    ...(topK !== undefined && { top_k: topK }),
    ...(betas.length > 0 && { anthropic_beta: betas }),
  };
  const settings = {
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...(Object.keys(additionalModelRequestFields).length > 0 && { additionalModelRequestFields }),
  };
  return { settings, thinking: thinking.active, emulatedStops };
}

/** Returns the settings with additional model fields. */
export function withModelFields(
  settings: PreparedGeneration['settings'],
  fields: Readonly<Record<string, unknown>>,
): PreparedGeneration['settings'] {
  if (Object.keys(fields).length === 0) return settings;
  return { ...settings, additionalModelRequestFields: { ...settings.additionalModelRequestFields, ...fields } };
}
