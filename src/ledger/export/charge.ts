import type { UnitKind } from '../../usage/prices/price-book.ts';

/**
 * What distinguishes two charges of an hour. Calls with the same terms are one charge. All ids are those of the ledger, and
 * an absent one is undefined.
 */
export interface ChargeTerms {
  /** Start of the hour in which the request arrived, in milliseconds since 1970. */
  readonly hour: number;
  readonly team: string | undefined;
  readonly application: string | undefined;
  readonly costCenter: string | undefined;
  readonly key: string | undefined;
  readonly principal: string | undefined;
  /** Name of the model; empty for a correction without a call. */
  readonly model: string;
  /** Id of the called model, inference profile or other resource of Bedrock. */
  readonly resource: string | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** Name in `bedrock.accounts`; undefined for the account of the gateway. */
  readonly account: string | undefined;
  readonly tier: string | undefined;
  /** Undefined for a difference between a row and its lines, as in a correction without lines. */
  readonly kind: UnitKind | undefined;
  /** Pico-USD for a unit. */
  readonly listPricePico: number;
  /** Pico-USD for a unit: the contract price where one applies, else the list price. */
  readonly contractPricePico: number;
  readonly priceSource: string | undefined;
  readonly isEstimated: boolean;
  /** True for a row that corrects another one. */
  readonly isCorrection: boolean;
}

/** Sums of the units of one kind with the same terms. Money is nano-USD. */
export interface Charge extends ChargeTerms {
  readonly units: bigint;
  readonly listCostNano: bigint;
  readonly contractCostNano: bigint;
  /** Calls of Bedrock whose first units are in this charge, so that the sum over all charges is their number. */
  readonly calls: bigint;
  /** Requests whose first units are in this charge. */
  readonly requests: bigint;
}

/** Separates the parts of a key, which contain no control characters. */
const TERM_SEPARATOR = '\0';

/** Returns a text that is equal for equal terms only, and the order of the charges of an hour. */
export function keyOfTerms(terms: ChargeTerms): string {
  return [
    terms.hour,
    terms.team,
    terms.application,
    terms.costCenter,
    terms.key,
    terms.principal,
    terms.model,
    terms.resource,
    terms.region,
    terms.profile,
    terms.account,
    terms.tier,
    terms.kind,
    terms.listPricePico,
    terms.contractPricePico,
    terms.priceSource,
    terms.isEstimated,
    terms.isCorrection,
  ].join(TERM_SEPARATOR);
}
