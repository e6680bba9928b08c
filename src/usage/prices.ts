/** USD per million tokens. */
export interface TokenPrices {
  input: number;
  output: number;
  /** Absent: as much as any input. */
  cacheRead?: number;
  /** For five minutes. Absent: as much as any input. */
  cacheWrite?: number;
}

/** What a model costs at its global profile, or on demand where it has none. */
export interface ModelPrice extends TokenPrices {
  /** What geographic profiles cost, as a multiple of it; 1.1 where absent. */
  geographic?: number;
  /** Rates of profiles, by prefix, that are no such multiple. */
  profiles?: Readonly<Record<string, TokenPrices>>;
  /** Rates of the whole request once its prompt, cached parts included, has more tokens than that. */
  longPrompt?: { aboveTokens: number; rates: TokenPrices };
}
