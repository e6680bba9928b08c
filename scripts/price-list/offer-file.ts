import { fractionOf, product, roundHalfEven } from '../../src/usage/money.ts';
import { guardrailOfferOf, type GuardrailOffer } from './guardrail-rows.ts';
import { usageTermsOf, type UsageTerms } from '../../src/usage/prices/usage-type.ts';

/** A price of AWS's price list. */
export interface OfferPrice extends UsageTerms {
  /** Name of the model in the list, or its Bedrock id. */
  readonly model: string;
  readonly region: string;
  readonly usageType: string;
  readonly picoPerToken: number;
}

/** A bulk file of AWS's price list. */
export interface OfferFile {
  readonly offer: string;
  readonly published: string;
  readonly prices: readonly OfferPrice[];
  readonly guardrails: readonly GuardrailOffer[];
  /** Number of products that the gateway does not bill by. */
  readonly skipped: number;
}

interface Product {
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

interface Term {
  readonly priceDimensions?: Readonly<Record<string, { unit?: string; pricePerUnit?: { USD?: string } }>>;
}

interface Bulk {
  readonly offerCode?: string;
  readonly publicationDate?: string;
  readonly products?: Readonly<Record<string, Product>>;
  readonly terms?: { readonly OnDemand?: Readonly<Record<string, Readonly<Record<string, Term>>>> };
}

const EDITION = / \(Amazon Bedrock Edition\)$/;
const MANTLE_ID = /^[A-Z0-9]+-([a-z0-9-]+\.[a-z0-9.:-]+?)-mantle-/;
/** Pico-USD for one token, by the unit to which a price in USD applies. */
const PICO_BY_UNIT: Readonly<Record<string, string>> = {
  '1k tokens': '1000000000',
  '1m tokens': '1000000',
  'million tokens': '1000000',
};

/** Reads a bulk file. Throws Error if it is not one. */
export function readOfferFile(json: string): OfferFile {
  const { offerCode, publicationDate, products, terms } = JSON.parse(json) as Bulk;
  if (products === undefined || terms?.OnDemand === undefined) {
    throw new Error('The file is no bulk file of the price list: it lacks products or terms.OnDemand.');
  }
  const { OnDemand } = terms;
  const prices = Object.entries(products).flatMap(([sku, { attributes = {} }]) => {
    const price = priceOf(attributes, Object.values(OnDemand[sku] ?? {}));
    return price === undefined ? [] : [price];
  });
  const guardrails = Object.entries(products).flatMap(([sku, { attributes = {} }]) =>
    guardrailsOf(attributes, Object.values(OnDemand[sku] ?? {})),
  );
  return {
    offer: offerCode ?? 'unknown offer',
    published: publicationDate ?? 'without a date',
    prices,
    guardrails,
    skipped: Object.keys(products).length - prices.length - guardrails.length,
  };
}

function priceOf(attributes: NonNullable<Product['attributes']>, terms: readonly Term[]): OfferPrice | undefined {
  const usageType = attributes['usagetype'] ?? '';
  const model = modelOf(attributes, usageType);
  const read = usageTermsOf(usageType);
  const region = attributes['regionCode'];
  if (model === undefined || read === undefined || region === undefined) return undefined;
  const dimensions = terms.flatMap(({ priceDimensions = {} }) => Object.values(priceDimensions));
  for (const { unit, pricePerUnit } of dimensions) {
    const pico = PICO_BY_UNIT[(unit ?? '').toLowerCase()];
    if (pico === undefined || pricePerUnit?.USD === undefined) continue;
    const picoPerToken = Number(roundHalfEven(product(fractionOf(pricePerUnit.USD), fractionOf(pico))));
    return { ...read, model, region, usageType, picoPerToken };
  }
  return undefined;
}

function guardrailsOf(attributes: NonNullable<Product['attributes']>, terms: readonly Term[]): GuardrailOffer[] {
  const { usagetype = '', regionCode: region } = attributes;
  if (region === undefined) return [];
  return terms
    .flatMap(({ priceDimensions = {} }) => Object.values(priceDimensions))
    .flatMap(({ unit = '', pricePerUnit }) => {
      const usd = pricePerUnit?.USD;
      const offer = usd === undefined ? undefined : guardrailOfferOf(usagetype, { region, unit, usd });
      return offer === undefined ? [] : [offer];
    });
}

function modelOf(attributes: NonNullable<Product['attributes']>, usageType: string): string | undefined {
  const { model, titanModel, servicename } = attributes;
  const edition = servicename !== undefined && EDITION.test(servicename) ? servicename.replace(EDITION, '') : undefined;
  return MANTLE_ID.exec(usageType)?.[1] ?? model ?? titanModel ?? edition;
}
