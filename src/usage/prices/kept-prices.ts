import { product, roundHalfEven, fractionOf, type Fraction } from '../money.ts';
import type { ListPrice } from '../price-list/list-price.ts';
import { listRates, type GeographiesOf, type PriceTerms, type TokenKind } from './list-rates.ts';

/** Prices of one unit in pico-USD. */
export type UnitPrices = Readonly<Record<TokenKind | 'image', number>>;

/** USD as pico-USD. */
export const PICO_PER_USD = fractionOf('1000000000000');
/** USD per million units, as pico-USD for one. */
export const PICO_PER_UNIT = fractionOf('1000000');

/** Places of one model whose prices are kept. Regions and profiles can come from ids in requests. */
const MAX_KEPT_PLACES = 500;
/** Numbers of the terms beside the place, so that a look-up makes no text. */
const TIER_NUMBERS = { default: 0, flex: 1, priority: 2, reserved: 3 } as const;
const OPTIMIZED_NUMBER = 4;
const LONG_NUMBER = 8;

/**
 * Effective unit prices under one factor. Each is computed exactly, rounded once to pico-USD, and kept, so that a call
 * costs three look-ups.
 */
export class KeptPrices {
  private readonly factor: Fraction;
  private readonly geographiesOf: GeographiesOf;
  private readonly kept = new Map<ListPrice, Map<string, (UnitPrices | undefined)[]>>();

  constructor(factor: string, geographiesOf: GeographiesOf) {
    this.factor = fractionOf(factor);
    this.geographiesOf = geographiesOf;
  }

  /** Returns the prices of a call at these terms. */
  of(price: ListPrice, terms: PriceTerms): UnitPrices {
    const { profile, region, tier, latency, isLong } = terms;
    const place = profile === undefined || profile === 'on-demand' ? region : profile;
    const number = TIER_NUMBERS[tier] + (latency === 'optimized' ? OPTIMIZED_NUMBER : 0) + (isLong ? LONG_NUMBER : 0);
    let ofModel = this.kept.get(price);
    if (ofModel === undefined) this.kept.set(price, (ofModel = new Map()));
    let ofPlace = ofModel.get(place);
    if (ofPlace === undefined) {
      if (ofModel.size >= MAX_KEPT_PLACES) ofModel.clear();
      ofModel.set(place, (ofPlace = []));
    }
    return (ofPlace[number] ??= this.computed(price, terms));
  }

  private computed(price: ListPrice, terms: PriceTerms): UnitPrices {
    const rates = listRates(price, terms, this.geographiesOf);
    const pico = (rate: Fraction) => Number(roundHalfEven(product(rate, this.factor, PICO_PER_UNIT)));
    return {
      input: pico(rates.input),
      output: pico(rates.output),
      cacheRead: pico(rates.cacheRead),
      cacheWrite5m: pico(rates.cacheWrite5m),
      cacheWrite1h: pico(rates.cacheWrite1h),
      image: Number(roundHalfEven(product(rates.image, this.factor, PICO_PER_USD))),
    };
  }
}
