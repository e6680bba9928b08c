import { invalidType } from '../../limits/field-errors.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { withoutLoneSurrogates } from '../content/text-blocks.ts';
import type { PreparedThinking } from './thinking-options.ts';

export interface SamplingOptions {
  temperature?: number;
  topP?: number;
  topK?: number;
}

/** 1 is the default of temperature and of top_p: saying it asks for nothing. */
const NO_CHANGE = 1;

/** What of the client's sampling this model takes while it thinks or does not. */
export function prepareSampling(
  wish: SamplingOptions,
  rules: ModelRules,
  freedom: PreparedThinking['sampling'],
  adjustments: Adjustments,
): SamplingOptions {
  if (rules.sampling === 'none' || freedom === 'omitted') {
    if (says(wish.temperature)) adjustments.dropped('temperature');
    if (says(wish.topP)) adjustments.dropped('top_p');
    if (wish.topK !== undefined) adjustments.dropped('top_k');
    return {};
  }
  if (freedom === 'fixed') {
    if (says(wish.topP)) adjustments.dropped('top_p');
    if (wish.topK !== undefined) adjustments.dropped('top_k');
    if (wish.temperature === undefined) return {};
    if (says(wish.temperature)) adjustments.replaced('temperature', NO_CHANGE);
    return { temperature: NO_CHANGE };
  }
  const pair = temperatureAndTopP(wish, rules, adjustments);
  if (wish.topK === undefined) return pair;
  if (rules.topK) return { ...pair, topK: wish.topK };
  adjustments.dropped('top_k');
  return pair;
}

function temperatureAndTopP(wish: SamplingOptions, rules: ModelRules, adjustments: Adjustments): SamplingOptions {
  const temperature = clampTemperature(wish.temperature, adjustments);
  const { topP } = wish;
  if (temperature === undefined) return topP === undefined ? {} : { topP };
  if (topP === undefined) return { temperature };
  if (rules.sampling === 'both') return { temperature, topP };
  // Claude 4 refuses the pair: the one that says something stays, temperature if both do.
  if (says(topP) && !says(temperature)) return { topP };
  if (says(topP)) adjustments.dropped('top_p');
  return { temperature };
}

/** OpenAI's scale ends at 2, Converse's at 1. */
function clampTemperature(temperature: number | undefined, adjustments: Adjustments): number | undefined {
  if (temperature === undefined || temperature <= 1) return temperature;
  adjustments.replaced('temperature', 1);
  return 1;
}

function says(value: number | undefined): boolean {
  return value !== undefined && value !== NO_CHANGE;
}

/** Bounds of what the gateway looks for in each piece of an answer. */
const MOST_EMULATED = 32;
const LONGEST_EMULATED = 64;

/** Stop sequences by who ends the answer at them. */
export interface StopPlan {
  /** Of Converse. */
  native: string[];
  /** Of the gateway: the model does not accept them. */
  emulated: string[];
}

/**
 * OpenAI's `stop`. Converse's sequences have at least one character, Claude refuses those of white space, and some models
 * accept none: the gateway ends the answer at those itself. Empty sequences are left out.
 */
export function prepareStopSequences(stop: unknown, rules: ModelRules, adjustments: Adjustments): StopPlan {
  const given = stopList(stop);
  const wanted = given.map(withoutLoneSurrogates).filter((sequence) => sequence !== '');
  if (wanted.length < given.length) adjustments.changed('stop', 'blank_dropped');
  const isNative = (sequence: string): boolean =>
    rules.stopSequences && (rules.blankStopSequences === true || sequence.trim() !== '');
  const others = wanted.filter((sequence) => !isNative(sequence));
  const emulated = others.filter((sequence) => sequence.length <= LONGEST_EMULATED).slice(0, MOST_EMULATED);
  if (others.length > 0) adjustments.changed('stop', emulated.length < others.length ? 'partly_emulated' : 'emulated');
  return { native: wanted.filter(isNative), emulated };
}

function stopList(stop: unknown): readonly string[] {
  if (stop === undefined || stop === null) return [];
  if (typeof stop === 'string') return [stop];
  if (Array.isArray(stop) && stop.every((sequence) => typeof sequence === 'string')) return stop;
  throw invalidType('stop', 'one of a string or an array of strings', stop);
}
