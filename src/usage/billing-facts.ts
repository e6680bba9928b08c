import type { GuardrailUnitCounts } from './guardrail-units.ts';

/** Tier in which Bedrock served a call. */
export type BilledTier = 'default' | 'flex' | 'priority' | 'reserved';

/** What Bedrock bills of a call beside its tokens, and at which terms. Absent facts are those of a plain call. */
export interface BillingFacts {
  readonly tier?: BilledTier;
  readonly latency?: 'optimized';
  /** Images of a request for embeddings. */
  readonly images?: number;
  /** Units of a guardrail, as far as the answer reports them. */
  readonly guardrail?: Readonly<GuardrailUnitCounts>;
}

/** Returns the tier with this name in Bedrock's API; undefined for the default tier and for unknown names. */
export function billedTierOf(name: unknown): BilledTier | undefined {
  return name === 'flex' || name === 'priority' || name === 'reserved' ? name : undefined;
}
