import { Injectable } from '@nestjs/common';
import { DerivedFromConfig } from '../../config/derived.ts';
import { GatewayConfig, type PricesConfig } from '../../config/gateway-config.ts';
import type { Target } from '../../models/types/model.ts';
import { geographyOf } from '../../models/names/geography.ts';
import type { ContentReader } from '../../request/content-recorder.ts';
import type { RequestContext, RequestReport } from '../../request/request-context.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import type { GuardrailUnitCounts } from '../../usage/guardrail-units.ts';
import { formatUsd } from '../../usage/money.ts';
import { PriceBook, type PricedLine } from '../../usage/prices/price-book.ts';
import { APPLY_GUARDRAIL_PRICE } from '../../usage/price-list/guardrail-prices.ts';
import { addUsage, ZERO_USAGE, type RunningUsageReader, type Usage } from '../../usage/usage.ts';
import type { GuardrailAnswer } from '../../wire/guardrail.ts';
import { guardrailUnitsIn } from '../../wire/usage/billing.ts';
import type { AcceptedAnswer, ChargedRequest } from './accepted-answer.ts';
import { usageOfLastStream } from './continued-usage.ts';
import { GuardrailForecast } from './guardrail-forecast.ts';
import { addLine, billedProfileOf, ledgerLineOf } from './ledger-lines.ts';
import { mergedSource } from './merged-source.ts';
import { OutputForecast } from './output-forecast.ts';
import { priceSettingsOf } from './price-settings-of.ts';
import { StreamMeter } from './stream-meter.ts';
import type { UnansweredCall } from './unanswered-call.ts';

/** Time of `performance.now()` 0, in milliseconds since 1970. Reading it takes longer than the sum. */
const STARTED_AT = performance.timeOrigin;
/** The part of a call of ApplyGuardrail that is always the same. */
const GUARDRAIL_CALL = {
  model: { id: 'guardrail', name: 'guardrail', price: APPLY_GUARDRAIL_PRICE },
  profile: 'on-demand',
} as const;
const ESTIMATED_USAGE: Usage = { ...ZERO_USAGE, estimated: true };

/** A guardrail, and where it is called. */
export interface CalledGuardrail {
  readonly id: string;
  readonly region: string;
}

/** Settles tokens and cost of requests, for every API. */
@Injectable()
export class AccountingService {
  private readonly prices: DerivedFromConfig<PricesConfig, PriceBook>;
  private readonly forecast = new OutputForecast();
  private readonly guardrails = new GuardrailForecast();

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
  settle(accepted: AcceptedAnswer, usage: Usage, charged: ChargedRequest, facts?: BillingFacts): void {
    const { report } = charged.context;
    const { target, continued, upstreamRequestId } = accepted;
    if (target !== undefined) {
      const ofCall = usageOfLastStream(usage, continued);
      this.bill({ target, upstreamRequestId, usage: ofCall, facts }, charged);
      if (usage.estimated !== true && usage.output > 0) this.forecast.learn(charged, usage.output);
    }
    report.usage = report.usage === undefined ? usage : addUsage(report.usage, usage);
    accepted.settle(usage);
  }

  /**
   * Settles a stream that broke off and that another one continues. The usage of the last stream will contain `usage`,
   * which is an estimate.
   */
  settleContinued(
    broken: AcceptedAnswer,
    usage: Usage,
    { context, route }: ChargedRequest,
    facts?: BillingFacts,
  ): void {
    const { report } = context;
    const { target, upstreamRequestId } = broken;
    const estimate = { ...usage, estimated: true } as const;
    if (target !== undefined) this.bill({ target, upstreamRequestId, usage: estimate, facts }, { context, route });
    report.estimatedUsage = addUsage(report.estimatedUsage ?? ZERO_USAGE, usage);
    broken.settle();
  }

  /** Settles an estimate of a stream whose events no client receives. Bedrock bills it. */
  settleAbandoned(stream: AcceptedAnswer, estimate: Usage, charged: ChargedRequest, facts?: BillingFacts): void {
    const { target, upstreamRequestId } = stream;
    const usage = { ...estimate, estimated: true } as const;
    if (target !== undefined) this.bill({ target, upstreamRequestId, usage, facts }, charged);
    addAbandoned(charged.context.report, estimate);
    stream.settle(usage);
  }

  /**
   * Settles an estimate of a call that Bedrock bills and whose answer did not arrive. The output is expected to be that of
   * the key's earlier answers of the model. The routing settles the quota.
   */
  settleUnanswered(call: UnansweredCall, context: RequestContext): void {
    const { route, target, upstreamRequestId, facts } = call;
    const charged = { context, route };
    const output = route.model.embedding === undefined ? this.forecast.of(charged, call.maxOutputTokens) : 0;
    const usage: Usage = { ...ZERO_USAGE, input: call.inputTokens, output, estimated: true };
    this.bill({ target, upstreamRequestId, usage, facts }, charged);
    addAbandoned(context.report, usage);
  }

  /** Reports the cost of an answer from the answer cache, had the first target of the route given it. */
  reportSaved(usage: Usage, { context, route }: ChargedRequest, facts?: BillingFacts): void {
    const [target] = route.targets;
    if (context.ledgerId === undefined || target === undefined) return;
    const { listCostNano } = this.priced({ target, usage, facts }, { context, route });
    context.report.savedNano = (context.report.savedNano ?? 0) + listCostNano;
  }

  /**
   * Reports the tokens of the whole answers that the client receives, including answers from the cache, and the cost so
   * far.
   */
  report(context: RequestContext, usages: readonly Usage[]): void {
    const { report } = context;
    const usage = usages.length === 1 ? usages[0]! : usages.reduce(addUsage, ZERO_USAGE);
    report.usage = report.abandonedUsage === undefined ? usage : addUsage(usage, report.abandonedUsage);
    this.reportCost(context);
  }

  /** Settles a call of ApplyGuardrail: adds the cost of the units in its answer to the report of the request. */
  settleGuardrail(
    { usage, upstreamRequestId }: GuardrailAnswer,
    called: CalledGuardrail,
    context: RequestContext,
  ): void {
    const units = guardrailUnitsIn(usage);
    if (units === undefined) return;
    this.guardrails.learn(called.id, units);
    this.billGuardrail(units, { ...called, upstreamRequestId, usage: ZERO_USAGE }, context);
  }

  /** Settles an estimate of a call of ApplyGuardrail for a text of this length, whose answer did not arrive. */
  settleUnansweredGuardrail(
    { characters, upstreamRequestId }: { characters: number; upstreamRequestId: string | undefined },
    called: CalledGuardrail,
    context: RequestContext,
  ): void {
    const units = this.guardrails.of(called.id, characters);
    this.billGuardrail(units, { ...called, upstreamRequestId, usage: ESTIMATED_USAGE }, context);
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

  /** Adds a call to the cost of the request, and to its lines if the gateway keeps a ledger. */
  private bill(call: PricedCall, charged: ChargedRequest): void {
    const { report, ledgerId } = charged.context;
    const priced = this.priced(call, charged);
    addCost(report, priced);
    if (ledgerId === undefined || priced.units.length === 0) return;
    const { target, usage, facts, upstreamRequestId } = call;
    const { region, account, id } = target;
    const profile = billedProfileOf(target);
    const { model } = charged.route;
    addLine(
      report,
      ledgerLineOf(priced, { model, target: id, region, profile, account, usage, facts, upstreamRequestId }),
    );
  }

  private billGuardrail(
    guardrail: GuardrailUnitCounts,
    called: CalledGuardrail & { upstreamRequestId: string | undefined; usage: Usage },
    context: RequestContext,
  ): void {
    const at = STARTED_AT + context.startedAt;
    const call = { ...GUARDRAIL_CALL, ...called, account: undefined, facts: { guardrail }, at };
    const priced = this.prices.current.line(call);
    addCost(context.report, priced);
    if (context.ledgerId !== undefined) addLine(context.report, ledgerLineOf(priced, call));
  }

  private priced({ target, usage, facts }: PricedCall, { context, route }: ChargedRequest): PricedLine {
    const { region, profile, account } = target;
    const at = STARTED_AT + context.startedAt;
    return this.prices.current.line({ model: route.model, region, profile, account, usage, facts, at });
  }
}

/** A call of a model, as far as its price depends on it. */
interface PricedCall {
  readonly target: Target;
  readonly usage: Usage;
  readonly facts: BillingFacts | undefined;
  readonly upstreamRequestId?: string | undefined;
}

/** Adds the estimated usage of a call whose answer no client receives. */
function addAbandoned(report: RequestReport, { input, output }: Usage): void {
  const usage = { ...ZERO_USAGE, input, output };
  report.abandonedUsage = addUsage(report.abandonedUsage ?? ZERO_USAGE, usage);
  report.estimatedUsage = addUsage(report.estimatedUsage ?? ZERO_USAGE, usage);
  report.usage = addUsage(report.usage ?? ZERO_USAGE, usage);
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
