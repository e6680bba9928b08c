import { describe, expect, it } from '@jest/globals';
import { CHAT_MODELS } from '../models/table/model-table.ts';
import { targetForId } from '../models/catalog/targets.ts';
import { costOf, formatUsd } from './cost.ts';
import { addUsage, type Usage } from './usage.ts';
import type { ModelPrice } from './prices.ts';

const at = (modelId: string) => targetForId('us-east-1', modelId).profile;
const usage = (counts: Partial<Usage>): Usage => ({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...counts });

function priceOf(modelId: string): ModelPrice {
  const card = CHAT_MODELS.find(({ id }) => modelId.endsWith(id));
  if (card?.price === undefined) throw new Error(`no price for ${modelId}`);
  return card.price;
}

/**
 * Prices of one million tokens as the pi-ai catalog of 2026-11-10 lists them: input, output, cache reads and cache writes.
 */
const CATALOG: [string, number, number, number?, number?][] = [
  ['global.anthropic.claude-opus-5-5', 4, 20, 0.2, 5],
  ['us.anthropic.claude-opus-5-5', 4.4, 22, 0.22, 5.5],
  ['jp.anthropic.claude-opus-5-5', 4.4, 22, 0.22, 5.5],
  ['us.anthropic.claude-fable-5-2', 8.8, 44, 0.22, 11],
  ['eu.anthropic.claude-sonnet-5-5', 2.2, 11, 0.11, 2.75],
  ['in.anthropic.claude-haiku-4-5-20251001-v1:0', 1.1, 5.5, 0.11, 1.375],
  ['global.anthropic.claude-sonnet-4-6', 3, 15, 0.3, 3.75],
  // The same price for all profiles, or no global profile.
  ['eu.anthropic.claude-sonnet-4-20250514-v1:0', 3, 15, 0.3, 3.75],
  ['global.anthropic.claude-sonnet-4-20250514-v1:0', 3, 15, 0.3, 3.75],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 15, 75, 1.5, 18.75],
  ['us.amazon.nova-pro-v1:0', 0.8, 3.2, 0.2, 0.8],
  ['us.meta.llama3-3-70b-instruct-v1:0', 0.72, 0.72],
  ['eu.mistral.pixtral-large-2502-v1:0', 2, 6],
  // Profiles with separate prices.
  ['amazon.nova-micro-v1:0', 0.035, 0.14, 0.00875, 0.035],
  ['eu.amazon.nova-micro-v1:0', 0.04, 0.16, 0.01, 0.04],
  ['apac.amazon.nova-pro-v1:0', 0.84, 3.36, 0.21, 0.84],
  ['ca.amazon.nova-lite-v1:0', 0.064, 0.256, 0.016, 0.064],
  ['global.amazon.nova-2-lite-v1:0', 0.3, 2.5, 0.075, 0.3],
  ['us.amazon.nova-2-lite-v1:0', 0.33, 2.75, 0.0825, 0.33],
  ['eu.amazon.nova-2-lite-v1:0', 0.374, 3.157, 0.0935, 0.374],
  ['jp.amazon.nova-2-lite-v1:0', 0.396, 3.311, 0.099, 0.396],
  ['us-gov.openai.gpt-oss-20b-1:0', 0.084, 0.36],
  ['openai.gpt-5.5', 5.5, 33, 0.55],
  ['us.xai.grok-4.7', 2.2, 6.6, 0.55],
  ['deepseek.v3.2', 0.62, 1.85],
];

/** Prices of long prompts, per million tokens. */
const LONG: [string, number, number, number, number, number][] = [
  ['global.anthropic.claude-haiku-5-5', 100_000, 0.5, 2.5, 0.05, 0.625],
  ['us.anthropic.claude-haiku-5-5', 100_000, 0.55, 2.75, 0.055, 0.6875],
  ['global.openai.gpt-6.1-sol', 272_000, 4, 15, 0.2, 5],
  ['in.openai.gpt-5.6-luna', 272_000, 0.44, 1.98, 0.044, 0.55],
];

describe('the cost of a thousand tokens', () => {
  it.each(CATALOG)('%s', (modelId, input, output, cacheRead = input, cacheWrite = input) => {
    const [price, profile] = [priceOf(modelId), at(modelId)];
    expect(costOf(usage({ input: 1_000 }), price, profile)).toBeCloseTo(input / 1_000, 9);
    expect(costOf(usage({ output: 1_000 }), price, profile)).toBeCloseTo(output / 1_000, 9);
    expect(costOf(usage({ cacheRead: 1_000 }), price, profile)).toBeCloseTo(cacheRead / 1_000, 9);
    expect(costOf(usage({ cacheWrite: 1_000 }), price, profile)).toBeCloseTo(cacheWrite / 1_000, 9);
  });

  it.each(LONG)('%s, with a prompt of more than %i tokens', (modelId, limit, input, output, cacheRead, cacheWrite) => {
    const [price, profile] = [priceOf(modelId), at(modelId)];
    const long = { input: limit - 999, output: 1_000, cacheRead: 500, cacheWrite: 500 };
    const expected = (long.input * input + 1_000 * output + 500 * cacheRead + 500 * cacheWrite) / 1e6;
    expect(costOf(long, price, profile)).toBeCloseTo(expected, 9);
    const short = costOf({ ...long, input: limit - 1_000 }, price, profile)!;
    expect(short).toBeLessThan(expected * 0.75);
  });
});

describe('the cost of an answer', () => {
  const price = priceOf('anthropic.claude-opus-5');

  it('is the sum of the costs of its token kinds', () => {
    const cost = costOf(
      usage({ input: 1_234, output: 567, cacheRead: 8_901, cacheWrite: 2_345, cacheWrite1h: 345 }),
      price,
      at('us.anthropic.claude-opus-5'),
    );
    // 1234 × 5.5 + 567 × 27.5 + 8901 × 0.55 + 2000 × 6.875 + 345 × 11
    expect(cost).toBeCloseTo(0.04482005, 9);
  });

  it('bills a cache write for one hour at twice the input price, for at most the tokens that were written', () => {
    const profile = at('global.anthropic.claude-opus-5');
    expect(costOf(usage({ cacheWrite: 1_000, cacheWrite1h: 1_000 }), price, profile)).toBeCloseTo(0.01, 9);
    expect(costOf(usage({ cacheWrite: 1_000, cacheWrite1h: 5_000 }), price, profile)).toBeCloseTo(0.01, 9);
  });

  it('is 0 without tokens, and undefined if the price or the profile is unknown', () => {
    expect(costOf(usage({}), price, at('global.anthropic.claude-opus-5'))).toBe(0);
    expect(costOf(usage({ input: 1 }), undefined, at('global.anthropic.claude-opus-5'))).toBeUndefined();
    expect(costOf(usage({ input: 1 }), price, undefined)).toBeUndefined();
    const hidden = at('arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc');
    expect(costOf(usage({ input: 1 }), price, hidden)).toBeUndefined();
  });
});

describe('a cost as text', () => {
  it.each([
    [0, '0'],
    [10, '10'],
    [0.0000125, '0.0000125'],
    [1e-8, '0.00000001'],
    [0.1 + 0.2, '0.3'],
  ])('%d is %s', (cost, text) => {
    expect(formatUsd(cost)).toBe(text);
  });
});

describe('usage', () => {
  it('adds cache writes for one hour separately', () => {
    const once = usage({ cacheWrite: 5, cacheWrite1h: 2 });
    expect(addUsage(once, once)).toMatchObject({ cacheWrite: 10, cacheWrite1h: 4 });
    expect(addUsage(usage({}), usage({}))).not.toHaveProperty('cacheWrite1h');
  });
});
