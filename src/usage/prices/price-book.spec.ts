import { describe, expect, it } from '@jest/globals';
import { geographyOf } from '../../models/names/geography.ts';
import type { Usage } from '../usage.ts';
import { type BilledCall, PriceBook } from './price-book.ts';
import type { PriceSettings } from './price-settings.ts';
import { GUARDRAIL_PRICES } from '../price-list/guardrail-prices.ts';
import { PRICE_FACTORS } from '../price-list/price-factors.ts';
import { PRICE_LIST, listPriceOf } from '../price-list/price-list.ts';

const SETTINGS: PriceSettings = { unknown: { input: '5', output: '25' }, contracts: [] };
const OPUS = 'anthropic.claude-opus-5';
const at = (iso: string) => Date.parse(iso);

function callOf(id: string, usage: Partial<Usage>, more: Partial<BilledCall> = {}): BilledCall {
  return {
    model: { id, name: 'claude-opus-5', price: listPriceOf(id) },
    profile: 'global',
    region: 'us-east-1',
    account: undefined,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...usage },
    facts: undefined,
    at: at('2026-11-30T00:00:00Z'),
    ...more,
  };
}

const bookWith = (settings: Partial<PriceSettings> = {}) => new PriceBook({ ...SETTINGS, ...settings }, geographyOf);
const CONTRACT = { account: undefined, models: ['claude-*'], factor: '0.8', from: -Infinity, until: Infinity };

describe('a priced line', () => {
  it('names each kind of units with its count and its price in pico-USD', () => {
    const usage = { input: 3, output: 4, cacheRead: 5, cacheWrite: 8, cacheWrite1h: 2 };
    const facts = { guardrail: { contentPolicyUnits: 1, wordPolicyUnits: 0 } };
    expect(bookWith().line(callOf(OPUS, usage, { facts })).units).toEqual([
      { kind: 'input', count: 3, unitPricePico: 5_000_000 },
      { kind: 'output', count: 4, unitPricePico: 25_000_000 },
      { kind: 'cacheRead', count: 5, unitPricePico: 500_000 },
      { kind: 'cacheWrite5m', count: 6, unitPricePico: 6_250_000 },
      { kind: 'cacheWrite1h', count: 2, unitPricePico: 10_000_000 },
      { kind: 'contentPolicyUnits', count: 1, unitPricePico: 150_000_000 },
    ]);
  });

  it('has the prices of the list and of the contract', () => {
    const line = bookWith({ contracts: [CONTRACT] }).line(callOf(OPUS, { input: 1_000 }));
    expect(line).toMatchObject({
      units: [{ kind: 'input', count: 1_000, unitPricePico: 5_000_000, contractPricePico: 4_000_000 }],
      listCostNano: 5_000_000,
      contractCostNano: 4_000_000,
      priceSource: 'contract',
    });
  });

  it('counts at most the tokens that were written to the cache for one hour', () => {
    const [unit, ...others] = bookWith().line(callOf(OPUS, { cacheWrite: 10, cacheWrite1h: 50 })).units;
    expect([unit, others]).toEqual([{ kind: 'cacheWrite1h', count: 10, unitPricePico: 10_000_000 }, []]);
  });

  it('prices the same model at each place, tier and length of prompt, in any order', () => {
    const book = bookWith();
    const haiku = 'anthropic.claude-haiku-5-5';
    const cost = (more: Partial<BilledCall>, usage: Partial<Usage> = { output: 1_000 }) =>
      book.line(callOf(haiku, usage, more)).listCostNano;
    const costs = () => [
      cost({}),
      cost({ profile: 'us' }),
      cost({ profile: 'us-gov', region: 'us-gov-west-1' }),
      cost({}, { input: 100_001, output: 1_000 }) - cost({}, { input: 100_001 }),
      cost({ facts: { tier: 'priority' } }),
      cost({ facts: { latency: 'optimized' } }),
      cost({ facts: { tier: 'flex' }, profile: 'on-demand' }),
    ];
    const expected = [500_000, 550_000, 600_000, 2_500_000, 875_000, 625_000, 275_000];
    expect([costs(), costs()]).toEqual([expected, expected]);
  });

  it('has no contract price if the list price is not known, or the call is free', () => {
    const book = bookWith({ contracts: [{ ...CONTRACT, models: ['*'] }] });
    const unknown = book.line({ ...callOf('x.y', { input: 1_000 }), model: { id: 'x.y', name: 'y' } });
    const reserved = book.line(callOf(OPUS, { input: 1_000 }, { facts: { tier: 'reserved' } }));
    expect([unknown, reserved]).toMatchObject([
      { priceSource: 'unknown', listCostNano: 5_000_000, contractCostNano: 5_000_000 },
      { priceSource: 'free', listCostNano: 0, contractCostNano: 0, units: [{ count: 1_000, unitPricePico: 0 }] },
    ]);
  });
});

describe('the version of the prices', () => {
  it('is a short hash that is equal for equal settings', () => {
    const { version } = bookWith();
    expect(version).toMatch(/^[0-9a-f]{12}$/);
    expect(bookWith().version).toBe(version);
    expect(bookWith().line(callOf(OPUS, {})).priceVersion).toBe(version);
  });

  it('differs for other settings', () => {
    const versions = [
      bookWith(),
      bookWith({ unknown: { input: '5', output: '26' } }),
      bookWith({ contracts: [CONTRACT] }),
      bookWith({ contracts: [{ ...CONTRACT, factor: '0.81' }] }),
      bookWith({ contracts: [{ ...CONTRACT, until: at('2027-01-01T00:00:00Z') }] }),
      bookWith({ contracts: [{ ...CONTRACT, from: at('2026-01-01T00:00:00Z') }] }),
    ].map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
  });
});

describe('every price', () => {
  const rows = [
    ...Object.entries(PRICE_LIST),
    ...Object.entries(GUARDRAIL_PRICES),
    ...Object.entries(PRICE_FACTORS),
  ].map(([name, { source }]) => [name, source] as const);

  it.each(rows)('of %s has a source and its date', (_name, source) => {
    expect(source.name.length).toBeGreaterThan(5);
    expect(source.date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
    expect(Date.parse(source.date)).toBeLessThanOrEqual(at('2026-11-30T00:00:00Z'));
    expect(['AWS', 'third party', 'operator']).toContain(source.publisher);
  });
});
