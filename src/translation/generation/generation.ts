import type { TranslationOptions } from '../dialect.ts';
import type { Adjustments } from '../adjustments.ts';
import { betaFlags, type BetaOptions } from './beta-flags.ts';
import { maxTokensOf } from './max-tokens.ts';
import { prepareSampling, prepareStopSequences, type SamplingOptions } from './sampling.ts';
import { prepareThinking } from './thinking.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';
import type { ConverseRequest } from '../../wire/converse.ts';

/** How the answer shall be made: everything of a request but the conversation, whatever its dialect. */
export interface GenerationOptions {
  maxTokens: { param: string; named?: number };
  sampling: SamplingOptions;
  /** OpenAI's `stop`, not yet looked at. */
  stop: unknown;
  thinking: ThinkingOptions;
  betas: BetaOptions;
}

export interface PreparedGeneration {
  /** The parts of the Converse request that say it. */
  settings: Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields'>;
  thinking: PreparedThinking['active'];
  /** Stop sequences that the gateway itself ends the answer at. */
  emulatedStops: readonly string[];
}

/** The order matters: beta flags raise the limit, thinking takes its part of it and binds sampling. */
export function prepareGeneration(
  wish: GenerationOptions,
  options: TranslationOptions,
  adjustments: Adjustments,
): PreparedGeneration {
  const { rules } = options.model;
  const betas = betaFlags(wish.betas, rules, adjustments);
  const ceiling = maxTokensOf(rules, wish.betas.extendedOutput ? 'extended' : 'usual');
  const limit = { ...wish.maxTokens, byDefault: options.defaultMaxTokens, ceiling };
  const thinking = prepareThinking(wish.thinking, limit, rules, adjustments);
  const { topK, ...sampling } = prepareSampling(wish.sampling, rules, thinking.sampling, adjustments);
  const { native: stopSequences, emulated: emulatedStops } = prepareStopSequences(wish.stop, rules, adjustments);

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

/** The same settings with more for the model itself. */
export function withModelFields(
  settings: PreparedGeneration['settings'],
  fields: Readonly<Record<string, unknown>>,
): PreparedGeneration['settings'] {
  if (Object.keys(fields).length === 0) return settings;
  return { ...settings, additionalModelRequestFields: { ...settings.additionalModelRequestFields, ...fields } };
}
