import { BillBook } from '../../emulator/billing/bill.ts';
import { PRICES } from '../../emulator/billing/price-table.ts';
import type { Exchange } from '../../emulator/http/exchange.ts';
import { MODELS } from '../../emulator/models.ts';
import { geographyOf } from '../../src/models/names/geography.ts';
import { ALL_MODELS } from '../../src/models/table/model-table.ts';
import type { BilledTier } from '../../src/usage/billing-facts.ts';
import { formatUsd } from '../../src/usage/money.ts';
import { PriceBook } from '../../src/usage/prices/price-book.ts';

const REGIONS: Readonly<Record<string, string>> = {
  us: 'us-east-1',
  'us-gov': 'us-gov-west-1',
  eu: 'eu-west-1',
  apac: 'ap-southeast-1',
  au: 'ap-southeast-2',
  jp: 'ap-northeast-1',
  in: 'ap-south-1',
  ca: 'ca-central-1',
  global: 'us-west-2',
};
const USAGES = [
  { input: 1_000_003, output: 100_007, cacheRead: 10_009, cacheWrite: 5_011, cacheWrite1h: 1_013 },
  { input: 7, output: 3, cacheRead: 1, cacheWrite: 5 },
];
const TIERS: readonly BilledTier[] = ['default', 'flex', 'priority'];
const book = new PriceBook({ unknown: { input: '5', output: '25' }, contracts: [] }, geographyOf);

/** Returns the cost of one call by the emulator and by the gateway. */
function costs(id: string, profile: string, region: string, tier: BilledTier, usage: (typeof USAGES)[number]) {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h = 0 } = usage;
  const units = { input, output, cacheRead, cacheWrite5m: cacheWrite - cacheWrite1h, cacheWrite1h };
  const modelId = profile === 'on-demand' ? id : `${profile}.${id}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=emulator/20261130/${region}/bedrock/aws4_request`;
  const bill = new BillBook();
  const exchange = { headers: { authorization }, requestId: 'r' } as unknown as Exchange;
  bill.add(exchange, { operation: 'converse', model: id, modelId, tier, latency: 'standard', units, end: 'complete' });
  const model = ALL_MODELS.find((known) => known.id === id)!;
  const line = book.line({ model, region, profile, account: undefined, usage, facts: { tier }, at: 0 });
  return [bill.bill().lines[0]!.usd, formatUsd(line.listCostNano)];
}

describe('the two price tables, which were written separately', () => {
  const shared = MODELS.filter(({ id }) => ALL_MODELS.some((known) => known.id === id));

  it('share all models of the emulator but one', () => {
    expect(MODELS.length - shared.length).toBe(1);
    expect(MODELS.filter(({ id }) => PRICES[id] === undefined)).toEqual([]);
  });

  it.each(shared.map((model) => [model.id, model] as const))('agree about %s', (id, { profiles, onDemand }) => {
    const places = [...profiles, ...(onDemand ? ['on-demand'] : [])];
    for (const profile of places) {
      for (const tier of TIERS) {
        for (const usage of USAGES) {
          const [there, here] = costs(id, profile, REGIONS[profile] ?? 'us-east-1', tier, usage);
          expect([profile, tier, here]).toEqual([profile, tier, there]);
        }
      }
    }
  });
});
