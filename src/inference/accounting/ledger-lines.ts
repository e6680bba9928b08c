import type { RequestReport } from '../../request/request-context.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import type { LedgerLine } from '../../usage/ledger-line.ts';
import type { PricedLine } from '../../usage/prices/price-book.ts';
import type { Usage } from '../../usage/usage.ts';

/** What a line names beside its prices. */
export interface LineOrigin {
  readonly model: { readonly name: string };
  readonly target?: string;
  readonly region: string;
  readonly profile: string | undefined;
  readonly account: string | undefined;
  readonly usage: Usage;
  readonly facts: BillingFacts | undefined;
  readonly upstreamRequestId: string | undefined;
}

/** Returns the line of a call for the ledger. */
export function ledgerLineOf(priced: PricedLine, origin: LineOrigin): LedgerLine {
  return {
    model: origin.model.name,
    target: origin.target,
    region: origin.region,
    profile: origin.profile,
    account: origin.account,
    tier: origin.facts?.tier ?? 'default',
    units: priced.units,
    listCostNano: priced.listCostNano,
    contractCostNano: priced.contractCostNano,
    priceVersion: priced.priceVersion,
    priceSource: priced.priceSource,
    isEstimated: origin.usage.estimated === true,
    upstreamRequestId: origin.upstreamRequestId,
    at: Date.now(),
  };
}

/** Returns what a line names as its profile: the ARN if one was called, because the bill of AWS shows it. */
export function billedProfileOf({ modelId, profile }: { modelId: string; profile?: string }): string | undefined {
  return modelId.startsWith('arn:') ? modelId : profile;
}

/** Adds a line to the report of its request. */
export function addLine(report: RequestReport, line: LedgerLine): void {
  if (report.lines === undefined) report.lines = [line];
  else report.lines.push(line);
}
