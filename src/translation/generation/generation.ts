import type { TranslationContext } from '../dialect.ts';
import type { Adjustments } from '../adjustments.ts';
import { betaFlags, type BetaWish } from './beta-flags.ts';
import { tokenCeiling } from './max-tokens.ts';
import { planSampling, planStopSequences, type SamplingWish } from './sampling.ts';
import { planThinking } from './thinking.ts';
import type { ThinkingPlan, ThinkingWish } from './thinking-options.ts';
import type { ConverseRequest } from '../../wire/converse.ts';

/** How the answer shall be made: everything of a request but the conversation, whatever its dialect. */
export interface GenerationWish {
  maxTokens: { param: string; named?: number };
  sampling: SamplingWish;
  /** OpenAI's `stop`, not yet looked at. */
  stop: unknown;
  thinking: ThinkingWish;
  betas: BetaWish;
}

export interface Generation {
  /** The parts of the Converse request that say it. */
  settings: Pick<ConverseRequest, 'inferenceConfig' | 'additionalModelRequestFields'>;
  thinking: ThinkingPlan['active'];
  /** Stop sequences that the gateway itself ends the answer at. */
  emulatedStops: readonly string[];
}

/** The order matters: beta flags raise the limit, thinking takes its part of it and binds sampling. */
export function planGeneration(
  wish: GenerationWish,
  context: TranslationContext,
  adjustments: Adjustments,
): Generation {
  const { rules } = context.model;
  const betas = betaFlags(wish.betas, rules, adjustments);
  const ceiling = tokenCeiling(rules, wish.betas.extendedOutput ? 'extended' : 'usual');
  const limit = { ...wish.maxTokens, byDefault: context.defaultMaxTokens, ceiling };
  const thinking = planThinking(wish.thinking, limit, rules, adjustments);
  const { topK, ...sampling } = planSampling(wish.sampling, rules, thinking.sampling, adjustments);
  const { native: stopSequences, emulated: emulatedStops } = planStopSequences(wish.stop, rules, adjustments);

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
export function withFields(
  settings: Generation['settings'],
  fields: Readonly<Record<string, unknown>>,
): Generation['settings'] {
  if (Object.keys(fields).length === 0) return settings;
  return { ...settings, additionalModelRequestFields: { ...settings.additionalModelRequestFields, ...fields } };
}
