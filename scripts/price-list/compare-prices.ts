import { geographyOf } from '../../src/models/names/geography.ts';
import { ALL_MODELS } from '../../src/models/table/model-table.ts';
import type { Model } from '../../src/models/types/model.ts';
import { fractionOf, product, roundHalfEven } from '../../src/usage/money.ts';
import { listRates } from '../../src/usage/prices/list-rates.ts';
import { guardrailPriceHere, type GuardrailOffer } from './guardrail-rows.ts';
import type { OfferPrice } from './offer-file.ts';

/** A difference between the price list of the gateway and AWS's. Prices are USD per million tokens or units, as decimal text. */
export interface PriceDifference {
  readonly difference: 'missing here' | 'missing there' | 'other price';
  readonly model: string;
  readonly region: string;
  /** Kind of tokens, place, tier and latency; empty for a whole model. */
  readonly unit: string;
  readonly here: string;
  readonly there: string;
}

/** Names of AWS's price list that are not like those of the model table, in normalized form. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  nova20lite: 'nova-2-lite',
  novamultimodalembeddings: 'nova-2-multimodal-embeddings',
  titantextembeddingsv2: 'titan-embed-text-v2',
  titanembeddingv2text: 'titan-embed-text-v2',
  titanembeddingsg1text: 'titan-embed-text-v1',
  r1: 'deepseek-r1',
};
const VENDOR = /^(openai|anthropic|meta|cohere|amazon|mistral ai|mistral|nvidia|google|writer|xai)\s+/i;
const PICO_PER_UNIT = fractionOf('1000000');
const PICO_DIGITS = 6;
/** Units to which a price of a guardrail applies. */
const UNITS_OF_PRICE = 1000;

/** Compares prices of AWS's list with those of the gateway. */
export function comparePrices(prices: readonly OfferPrice[]): PriceDifference[] {
  const models = modelsByName();
  const found = new Set<Model>();
  const unknown = new Map<string, OfferPrice>();
  const others: PriceDifference[] = [];
  for (const price of prices) {
    const model = models.get(normalized(price.model));
    if (model?.price === undefined) {
      if (!unknown.has(price.model)) unknown.set(price.model, price);
      continue;
    }
    found.add(model);
    const difference = otherPrice(model, price);
    if (difference !== undefined) others.push(difference);
  }
  const missingHere = [...unknown.values()].map(({ model, region }): PriceDifference =>
    whole({ difference: 'missing here', model, region }),
  );
  const missingThere = ALL_MODELS.filter((model) => !found.has(model)).map(({ id }): PriceDifference =>
    whole({ difference: 'missing there', model: id, region: '' }),
  );
  return [...others, ...missingHere, ...missingThere];
}

/** Compares prices of guardrails. */
export function compareGuardrails(offers: readonly GuardrailOffer[]): PriceDifference[] {
  return offers.flatMap(({ unit, region, picoPerThousand }) => {
    const here = guardrailPriceHere(unit);
    if (here === picoPerThousand) return [];
    const prices = { here: perMillion(here / UNITS_OF_PRICE), there: perMillion(picoPerThousand / UNITS_OF_PRICE) };
    return [{ difference: 'other price', model: 'guardrail', region, unit, ...prices }];
  });
}

function otherPrice(model: Model, price: OfferPrice): PriceDifference | undefined {
  const { kind, place, tier, latency, isLong, region, picoPerToken } = price;
  const profile = place === 'global' ? 'global' : 'on-demand';
  const rates = listRates(model.price!, { profile, region, tier, latency, isLong }, geographyOf);
  const here = Number(roundHalfEven(product(rates[kind], PICO_PER_UNIT)));
  if (here === picoPerToken) return undefined;
  const terms = [place, tier, latency === 'optimized' ? latency : '', isLong ? 'long prompt' : ''];
  const unit = [kind, ...terms].filter((term) => term !== '' && term !== 'default').join(', ');
  return {
    difference: 'other price',
    model: model.id,
    region,
    unit,
    here: perMillion(here),
    there: perMillion(picoPerToken),
  };
}

function whole(row: Pick<PriceDifference, 'difference' | 'model' | 'region'>): PriceDifference {
  return { ...row, unit: '', here: '', there: '' };
}

function modelsByName(): ReadonlyMap<string, Model> {
  const names = ALL_MODELS.flatMap((model) =>
    [model.id, model.name, model.displayName, ...model.aliases].map((name) => [normalized(name), model] as const),
  );
  const byName = new Map(names);
  for (const [other, name] of Object.entries(OTHER_NAMES)) byName.set(other, byName.get(normalized(name))!);
  return byName;
}

/** Returns a name without vendor, version and punctuation. */
function normalized(name: string): string {
  const plain = name
    .replace(/^[a-z0-9-]+\.(?=[a-z])/, '')
    .replace(/(-\d{8})?-v\d+(:\d+)?$/, '')
    .replace(VENDOR, '');
  return plain.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function perMillion(pico: number): string {
  const digits = String(pico).padStart(PICO_DIGITS + 1, '0');
  const places = digits.slice(-PICO_DIGITS).replace(/0+$/, '');
  const units = digits.slice(0, -PICO_DIGITS);
  return places === '' ? units : `${units}.${places}`;
}
