import type { PriceSource, PricedUnit } from './prices/price-book.ts';

/** One upstream call that AWS bills, with the prices of the time of its request. Money is nano-USD. Contains no content. */
export interface LedgerLine {
  /** Name of the model; `guardrail` for a call of ApplyGuardrail. */
  readonly model: string;
  /** Id of the target of the route; undefined for a call of ApplyGuardrail. */
  readonly target?: string;
  readonly region: string;
  /** Prefix of the called inference profile, `on-demand`, or the called ARN. */
  readonly profile?: string;
  /** Name in `bedrock.accounts`. Absent for the account of the gateway. */
  readonly account?: string;
  /** Tier in which Bedrock served the call. */
  readonly tier: 'default' | 'flex' | 'priority' | 'reserved';
  readonly units: readonly PricedUnit[];
  readonly listCostNano: number;
  readonly contractCostNano: number;
  readonly priceVersion: string;
  readonly priceSource: PriceSource;
  /** True if the gateway estimated the units because the count of Bedrock did not arrive. */
  readonly isEstimated: boolean;
  /** AWS's id of the request, if it is known. */
  readonly upstreamRequestId?: string;
  /** Time of the settlement, in milliseconds since 1970. */
  readonly at: number;
}
