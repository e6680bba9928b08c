/** Where a price was found. */
export interface PriceOrigin {
  /** Name of the catalog or page, with its version. */
  readonly name: string;
  /** Day of the catalog or page, as `YYYY-MM-DD`. */
  readonly date: string;
  /** Publisher. A price of a third party must be compared with AWS's price list. */
  readonly publisher: 'AWS' | 'third party' | 'operator';
}

/**
 * USD per million tokens, as decimal text. A cache read, and a cache write for five minutes, cost as much as input unless
 * stated. A cache write for one hour costs twice the input.
 */
export type TokenRates = readonly [input: string, output: string, cacheRead?: string, cacheWrite?: string];

/** List prices of a model. */
export interface ListPrice {
  readonly source: PriceOrigin;
  /** Prices of the global profile. Of a model without surcharge: of every place that `profiles` and `regions` lack. */
  readonly rates: TokenRates;
  /** `geographic`: calls that stay in a geography or a region cost more than those of the global profile. */
  readonly surcharge: 'geographic' | 'none';
  /** Prices of geographies that are no multiple of `rates`, by prefix. They also apply to bare ids in their regions. */
  readonly profiles?: Readonly<Record<string, TokenRates>>;
  /** Prices of bare ids in single regions. */
  readonly regions?: Readonly<Record<string, TokenRates>>;
  /** Prices of the whole call if its prompt, cached parts included, has more than `aboveTokens` tokens. */
  readonly longPrompt?: { readonly aboveTokens: number; readonly rates: TokenRates };
  /** Prices of tiers that AWS lists rounded, so that they are no multiple of `rates`. */
  readonly tiers?: Readonly<Partial<Record<'flex' | 'priority', TokenRates>>>;
  /** USD of one image, as decimal text. */
  readonly image?: string;
  /** True for models that AWS bills by the hour, whose calls cost nothing. */
  readonly isFree?: true;
}

/** List prices by foundation model id. */
export type PriceRows = Readonly<Record<string, ListPrice>>;

type OtherPrices = Omit<ListPrice, 'source' | 'rates' | 'surcharge'>;

/** Creates the row of a model whose geographies and regions cost more than its global profile. */
export function geographicPrice(source: PriceOrigin, rates: TokenRates, others?: OtherPrices): ListPrice {
  return { source, rates, surcharge: 'geographic', ...others };
}

/** Creates the row of a model without a geographic surcharge. */
export function uniformPrice(source: PriceOrigin, rates: TokenRates, others?: OtherPrices): ListPrice {
  return { source, rates, surcharge: 'none', ...others };
}

/** Price of a custom model with `price: 0`. */
export const FREE_PRICE: ListPrice = {
  source: { name: 'models.custom[].price', date: '2026-11-30', publisher: 'operator' },
  rates: ['0', '0'],
  surcharge: 'none',
  isFree: true,
};
