import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../../config/derived.ts';
import { GatewayConfig, type PricesConfig } from '../../config/gateway-config.ts';
import { geographyOf } from '../../models/names/geography.ts';
import type { ContentReader } from '../../request/content-recorder.ts';
import type { RequestContext, RequestReport } from '../../request/request-context.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import { formatUsd } from '../../usage/money.ts';
import { PriceBook, type PricedLine } from '../../usage/prices/price-book.ts';
import { APPLY_GUARDRAIL_PRICE } from '../../usage/price-list/guardrail-prices.ts';
import { addUsage, ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';
import { guardrailUnitsIn } from '../../wire/usage/billing.ts';
import type { AcceptedAnswer, ChargedRequest } from './accepted-answer.ts';
import { mergedSource } from './merged-source.ts';
import { priceSettingsOf } from './price-settings-of.ts';
import { StreamMeter } from './stream-meter.ts';

/** Time of `performance.now()` 0, in milliseconds since 1970. Reading it takes longer than the sum. */
const STARTED_AT = performance.timeOrigin;
/** The part of a call of ApplyGuardrail that is always the same. */
const GUARDRAIL_CALL = {
  model: { id: 'guardrail', name: 'guardrail', price: APPLY_GUARDRAIL_PRICE },
  profile: 'on-demand',
  usage: ZERO_USAGE,
} as const;

/** Settles tokens and cost of requests, for every API. */
@Injectable()
export class AccountingService {
  private readonly prices: DerivedFromConfig<PricesConfig, PriceBook>;

  constructor(config: GatewayConfig) {
    this.prices = new DerivedFromConfig(
      () => config.prices,
      (prices) => new PriceBook(priceSettingsOf(prices), geographyOf),
    );
  }

  /**
   * Settles one answer of Bedrock: adds its tokens and its cost to the report of the request, and settles the quota of
   * its target. Bedrock bills the answer even if another call of the request fails. `facts` is undefined for a plain
   * call.
   */
  settle(accepted: AcceptedAnswer, usage: Usage, { context, route }: ChargedRequest, facts?: BillingFacts): void {
    const { report } = context;
    const { target } = accepted;
    if (target !== undefined) {
      const { region, profile, account } = target;
      const at = STARTED_AT + context.startedAt;
      addCost(report, this.prices.current.line({ model: route.model, region, profile, account, usage, facts, at }));
    }
    report.usage = report.usage === undefined ? usage : addUsage(report.usage, usage);
    accepted.settle(usage);
  }

  /**
   * Reports the tokens of the whole answers that the client receives, including answers from the cache, and the cost so
   * far.
   */
  report(context: RequestContext, usages: readonly Usage[]): void {
    context.report.usage = usages.length === 1 ? usages[0] : usages.reduce(addUsage, ZERO_USAGE);
    this.reportCost(context);
  }

  /** Settles a call of ApplyGuardrail: adds the cost of the units in its answer to the report of the request. */
  settleGuardrail(usage: unknown, region: string, context: RequestContext): void {
    const guardrail = guardrailUnitsIn(usage);
    if (guardrail === undefined) return;
    const at = STARTED_AT + context.startedAt;
    const call = { ...GUARDRAIL_CALL, region, account: undefined, facts: { guardrail }, at };
    addCost(context.report, this.prices.current.line(call));
  }

  /**
   * Reports the cost so far to the client, at list prices, because clients must not learn the prices of contracts.
   */
  reportCost(context: RequestContext): void {
    const { report } = context;
    if (report.costNano === undefined) return;
    context.header('x-outcrop-cost-usd', formatUsd(report.costNano));
    if (report.priceSource === 'unknown') context.header('x-outcrop-price-source', 'unknown');
  }

  /**
   * Returns the meter of the streams of one request. The reader of a stream has the same index as the stream. `content`
   * reads the same events. The meter copies the fields of the payer, because it would otherwise keep the request of an
   * attempt in memory until the streams end.
   */
  meter<Event>(
    streams: readonly AcceptedAnswer[],
    readers: readonly RunningUsageReader<Event>[],
    { context, route }: ChargedRequest,
    content?: ContentReader<Event>,
  ): StreamMeter<Event> {
    return new StreamMeter({ streams, readers, chargedRequest: { context, route }, content }, this);
  }
}

function addCost(report: RequestReport, line: PricedLine): void {
  const { units, listCostNano, contractCostNano, priceSource } = line;
  const before = report.costNano ?? 0;
  report.costNano = before + listCostNano;
  // A call without units, such as CountTokens, has no price that could be an estimate.
  if (units.length === 0) return;
  report.priceSource = mergedSource(report.priceSource, priceSource);
  if (priceSource === 'unknown') report.unknownPriceCostNano = (report.unknownPriceCostNano ?? 0) + listCostNano;
  if (priceSource === 'contract' || report.contractCostNano !== undefined) {
    report.contractCostNano = (report.contractCostNano ?? before) + contractCostNano;
  }
}
