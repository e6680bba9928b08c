import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutLoneSurrogates } from '../content/text-blocks.ts';
import type { PreparedThinking } from './thinking-options.ts';

/** Sampling parameters. `temperature` and `topP` range from 0 to 1 on Converse. */
export interface SamplingOptions {
  temperature?: number;
  topP?: number;
  topK?: number;
}

/** Default of temperature and top_p, so this value requests nothing. */
const DEFAULT_VALUE = 1;

/**
 * Returns the sampling parameters that the model accepts in its state of thinking. Reports dropped and changed ones.
 */
export function prepareSampling(
  options: SamplingOptions,
  rules: ModelRules,
  restriction: PreparedThinking['sampling'],
  adjustments: Adjustments,
): SamplingOptions {
  if (rules.sampling === 'none' || restriction === 'omitted') {
    if (isChange(options.temperature)) adjustments.dropped('temperature');
    if (isChange(options.topP)) adjustments.dropped('top_p');
    if (options.topK !== undefined) adjustments.dropped('top_k');
    return {};
  }
  if (restriction === 'fixed') {
    if (isChange(options.topP)) adjustments.dropped('top_p');
    if (options.topK !== undefined) adjustments.dropped('top_k');
    if (options.temperature === undefined) return {};
    if (isChange(options.temperature)) adjustments.replaced('temperature', DEFAULT_VALUE);
    return { temperature: DEFAULT_VALUE };
  }
  const pair = temperatureAndTopP(options, rules, adjustments);
  if (options.topK === undefined) return pair;
  if (rules.topK) return { ...pair, topK: options.topK };
  adjustments.dropped('top_k');
  return pair;
}

function temperatureAndTopP(options: SamplingOptions, rules: ModelRules, adjustments: Adjustments): SamplingOptions {
  const temperature = clampTemperature(options.temperature, adjustments);
  const { topP } = options;
  if (temperature === undefined) return topP === undefined ? {} : { topP };
  if (topP === undefined) return { temperature };
  if (rules.sampling === 'both') return { temperature, topP };
  // Claude 4 rejects the pair. Keep the one that differs from the default, or temperature if both do.
  if (isChange(topP) && !isChange(temperature)) return { topP };
  if (isChange(topP)) adjustments.dropped('top_p');
  return { temperature };
}

/** Limits temperature to Converse's maximum of 1. OpenAI's maximum is 2. */
function clampTemperature(temperature: number | undefined, adjustments: Adjustments): number | undefined {
  if (temperature === undefined || temperature <= 1) return temperature;
  adjustments.replaced('temperature', 1);
  return 1;
}

function isChange(value: number | undefined): boolean {
  return value !== undefined && value !== DEFAULT_VALUE;
}

/** Limits for the sequences that the gateway searches in each piece of an answer: their number and their characters. */
const MAX_EMULATED = 32;
const MAX_EMULATED_LENGTH = 64;

/** Stop sequences, by the component that applies them. */
export interface StopPlan {
  /** Applied by the model through Converse. */
  native: string[];
  /** Applied by the gateway, because the model does not accept them. */
  emulated: string[];
}

/**
 * Converts OpenAI's `stop`. Claude rejects sequences of white space, and some models accept none: the gateway applies
 * those itself. Drops and reports empty sequences, which Converse rejects. Throws GatewayError 400 for another type
 * than a string or a list of strings.
 */
export function prepareStopSequences(stop: unknown, rules: ModelRules, adjustments: Adjustments): StopPlan {
  const requested = stopList(stop);
  const sequences = requested.map(withoutLoneSurrogates).filter((sequence) => sequence !== '');
  if (sequences.length < requested.length) adjustments.changed('stop', 'blank_dropped');
  const isNative = (sequence: string): boolean =>
    rules.stopSequences && (rules.blankStopSequences === true || sequence.trim() !== '');
  const unsupported = sequences.filter((sequence) => !isNative(sequence));
  const emulated = unsupported.filter((sequence) => sequence.length <= MAX_EMULATED_LENGTH).slice(0, MAX_EMULATED);
  if (unsupported.length > 0)
    adjustments.changed('stop', emulated.length < unsupported.length ? 'partly_emulated' : 'emulated');
  return { native: sequences.filter(isNative), emulated };
}

function stopList(stop: unknown): readonly string[] {
  if (stop === undefined || stop === null) return [];
  if (typeof stop === 'string') return [stop];
  if (Array.isArray(stop) && stop.every((sequence) => typeof sequence === 'string')) return stop;
  throw invalidType('stop', 'one of a string or an array of strings', stop);
}
