import { createHash } from 'node:crypto';
import type { PriceSettings } from './price-settings.ts';
import { GUARDRAIL_PRICES } from '../price-list/guardrail-prices.ts';
import { PRICE_FACTORS } from '../price-list/price-factors.ts';
import { PRICE_LIST } from '../price-list/price-list.ts';

const VERSION_LENGTH = 12;

/**
 * Returns the version of all prices: a hash of the price list, its factors and the settings, so that each line of a bill
 * names the prices that made it.
 */
export function priceVersionOf(settings: PriceSettings): string {
  const text = JSON.stringify([PRICE_LIST, PRICE_FACTORS, GUARDRAIL_PRICES, settings]);
  return createHash('sha256').update(text).digest('hex').slice(0, VERSION_LENGTH);
}
