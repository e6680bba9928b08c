import { formatPicoUsd } from '../../usage/money.ts';
import type { PricedUnit } from '../../usage/prices/price-book.ts';
import { isoTime, storedFlag, usdText } from './request-summary.ts';
import type { StoredRequestLine } from './stored-request.ts';

/** Units of one kind with their prices. Money is USD as exact decimal text. */
export interface ExplainedUnits {
  readonly kind: string;
  readonly count: number;
  readonly unitPriceUsd: string;
  /** Absent if the list price applies. */
  readonly contractUnitPriceUsd?: string;
  /** Count × price that applies, not rounded. The cost of the line is rounded once. */
  readonly costUsd: string;
}

/** One call that AWS bills. Null: not known, or none. */
export interface ExplainedLine {
  readonly at: string;
  readonly model: string;
  readonly target: string | null;
  readonly region: string;
  readonly profile: string | null;
  /** Name in `bedrock.accounts`; null for the account of the gateway. */
  readonly account: string | null;
  readonly tier: string;
  readonly units: readonly ExplainedUnits[];
  readonly listCostUsd: string;
  readonly contractCostUsd: string;
  readonly priceSource: string;
  readonly priceVersion: string;
  readonly isEstimated: boolean;
  readonly upstreamRequestId: string | null;
}

/** Returns a line with its prices. */
export function explainedLine(line: StoredRequestLine): ExplainedLine {
  return {
    at: isoTime(line.at),
    model: line.model,
    target: line.target,
    region: line.region,
    profile: line.profile,
    account: line.account,
    tier: line.tier,
    units: (JSON.parse(line.units) as readonly PricedUnit[]).map(explainedUnits),
    listCostUsd: usdText(line.list_cost),
    contractCostUsd: usdText(line.contract_cost),
    priceSource: line.price_source,
    priceVersion: line.price_version,
    isEstimated: storedFlag(line.is_estimated),
    upstreamRequestId: line.upstream_request_id,
  };
}

function explainedUnits({ contractPricePico, count, kind, unitPricePico }: PricedUnit): ExplainedUnits {
  const price = contractPricePico ?? unitPricePico;
  return {
    kind,
    count,
    unitPriceUsd: formatPicoUsd(unitPricePico),
    ...(contractPricePico !== undefined && { contractUnitPriceUsd: formatPicoUsd(contractPricePico) }),
    costUsd: formatPicoUsd(BigInt(Math.ceil(count)) * BigInt(price)),
  };
}
