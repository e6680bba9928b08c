/** USD per million tokens. */
export interface TokenPrices {
  input: number;
  output: number;
  /** Defaults to `input`. */
  cacheRead?: number;
  /** Price of a write for five minutes. Defaults to `input`. */
  cacheWrite?: number;
}

/** Prices of a model at its global profile, or on demand if it has none. */
export interface ModelPrice extends TokenPrices {
  /** Price of geographic profiles as a multiple of the global price; 1.1 if absent. */
  geographic?: number;
  /** Prices of single profiles, by prefix, that are not a multiple of the global price. */
  profiles?: Readonly<Record<string, TokenPrices>>;
  /** Prices of the whole request if its prompt, cached parts included, has more than `aboveTokens` tokens. */
  longPrompt?: { aboveTokens: number; rates: TokenPrices };
}
