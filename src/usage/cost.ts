import type { Usage } from './usage.ts';
import type { ModelPrice, TokenPrices } from './prices.ts';

/** What geographic profiles cost against the global one, where the price does not say otherwise (pi-ai catalogue of 2026-11-10). */
const GEOGRAPHIC = 1.1;
/** An hour in the cache against any other input (Anthropic, prompt caching, 2026-07). */
const HOUR_IN_CACHE = 2;
const MILLION = 1_000_000;

/**
 * USD for one answer at list prices. Undefined where the price is not known, or not which one holds: provisioned and
 * imported models are paid by the hour, and the ARN of an application profile hides its model until discovery resolves it.
 */
export function costOf(usage: Usage, price: ModelPrice | undefined, profile: string | undefined): number | undefined {
  if (price === undefined || profile === undefined) return undefined;
  const { rates, factor } = ratesOf(price, profile, promptTokensOf(usage));
  const { input, output, cacheRead = input, cacheWrite = input } = rates;
  const forAnHour = Math.min(usage.cacheWrite1h ?? 0, usage.cacheWrite);
  const perMillion =
    usage.input * input +
    usage.output * output +
    usage.cacheRead * cacheRead +
    (usage.cacheWrite - forAnHour) * cacheWrite +
    forAnHour * input * HOUR_IN_CACHE;
  return (perMillion * factor) / MILLION;
}

/** As a decimal fraction of at most nine places, never with an exponent: `0.0000125`. */
export function formatUsd(cost: number): string {
  return cost.toFixed(9).replace(/\.?0+$/, '');
}

function promptTokensOf({ input, cacheRead, cacheWrite }: Usage): number {
  return input + cacheRead + cacheWrite;
}

function ratesOf(price: ModelPrice, profile: string, promptTokens: number): { rates: TokenPrices; factor: number } {
  const { longPrompt, profiles, geographic = GEOGRAPHIC } = price;
  const own = profiles?.[profile];
  if (own !== undefined) return { rates: own, factor: 1 };
  const isLong = longPrompt !== undefined && promptTokens > longPrompt.aboveTokens;
  const isGeographic = profile !== 'global' && profile !== 'on-demand';
  return { rates: isLong ? longPrompt.rates : price, factor: isGeographic ? geographic : 1 };
}
