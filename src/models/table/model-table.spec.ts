import { describe, expect, it } from '@jest/globals';
import { parseBedrockId } from '../names/bedrock-id.ts';
import { CLAUDE_MODELS } from './claude-models.ts';
import { RETIRED_CLAUDE_MODELS } from './claude-models-retired.ts';
import { isRetired } from '../types/lifecycle.ts';
import { PRICE_LIST } from '../../usage/price-list/price-list.ts';
import { ALL_MODELS, CHAT_MODELS } from './model-table.ts';
import type { Model } from '../types/model.ts';

const TODAY = new Date('2026-11-22T12:00:00Z');
const PREFIXES = ['us', 'us-gov', 'eu', 'apac', 'au', 'jp', 'in', 'ca', 'global'];
const DAY = /^20\d\d-[01]\d-[0-3]\d$/;

const byName = (name: string): Model => {
  const card = CHAT_MODELS.find((candidate) => candidate.name === name);
  if (card === undefined) throw new Error(`no entry ${name}`);
  return card;
};

describe('every entry of the model table', () => {
  it.each(CHAT_MODELS.map((card) => [card.name, card] as const))('%s is consistent', (_name, card) => {
    const { rules, price, lifecycle } = card;
    const [input, output, cacheRead = 0, cacheWrite = 0] = price!.rates.map(Number);
    expect(input).toBeGreaterThan(0);
    expect(output).toBeGreaterThanOrEqual(input!);
    // Reading from a cache must be cheaper than input, and writing at most a quarter more expensive.
    expect(cacheRead).toBeLessThan(input!);
    expect(cacheWrite).toBeLessThanOrEqual(input! * 1.25);
    expect(rules.maxOutputTokens).toBeGreaterThan(0);
    expect(rules.maxOutputTokens).toBeLessThanOrEqual(rules.contextTokens);
    expect(card.prefixes.length > 0 || card.onDemand).toBe(true);
    expect(PREFIXES).toEqual(expect.arrayContaining([...card.prefixes]));
    expect(new Set(card.prefixes).size).toBe(card.prefixes.length);
    expect(parseBedrockId(card.id)).toEqual({ foundationId: card.id });
    expect(card.provider).toBe(card.id.split('.')[0]);
    for (const day of Object.values(lifecycle)) expect(day).toMatch(DAY);
  });

  it('has no geographic surcharge without a global profile', () => {
    const withSurcharge = CHAT_MODELS.filter(({ price }) => price!.surcharge === 'geographic');
    const withoutGlobal = withSurcharge.filter(({ prefixes }) => !prefixes.includes('global'));
    // pi-ai lists only their bare ids. LiteLLM lists a global profile, which costs less.
    expect(withoutGlobal.map(({ name }) => name)).toEqual(['gpt-5.5', 'gpt-5.4']);
  });

  it('has unique names, aliases and ids', () => {
    const all = CHAT_MODELS.flatMap(({ name, aliases, id }) => [name, id, ...aliases]);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  it('has an active successor for every Claude with an end of life', () => {
    const ending = CHAT_MODELS.filter(({ lifecycle }) => lifecycle.endOfLife !== undefined);
    expect(ending.length).toBeGreaterThan(14);
    for (const card of ending) {
      if (card.successor === undefined && card.provider !== 'anthropic') continue;
      const successor = byName(card.successor!);
      expect(isRetired(successor, TODAY)).toBe(false);
      expect(successor.lifecycle.endOfLife).toBeUndefined();
    }
  });

  it('gives retired models successors that accept their sampling parameters', () => {
    for (const card of RETIRED_CLAUDE_MODELS) expect(byName(card.successor!).rules.sampling).toBe('one');
  });

  it('separates active and retired Claude models', () => {
    expect(CLAUDE_MODELS.filter((card) => isRetired(card, TODAY))).toEqual([]);
    expect(RETIRED_CLAUDE_MODELS.filter((card) => !isRetired(card, TODAY))).toEqual([]);
  });

  it('has consistent reasoning rules', () => {
    for (const { rules } of CHAT_MODELS) {
      expect(rules.thinking !== null).toBe(rules.reasoningField === 'thinking');
      expect(rules.signatures).toBe(rules.thinking !== null);
      if (rules.thinking?.off === 'between_tools') expect(rules.thinking.adaptive).toBe(true);
      // A model that can only lower its effort must accept the effort low.
      if (rules.thinking?.off === 'effort') expect(rules.thinking.effort).toContain('low');
      if (rules.structuredOutput === 'tool') expect(rules.forcedToolChoice).not.toBe('never');
      if (!rules.tools) expect(rules.forcedToolChoice).toBe('never');
    }
  });
});

describe('the price list', () => {
  it('has a row for each model, and none besides', () => {
    expect(Object.keys(PRICE_LIST).toSorted()).toEqual(ALL_MODELS.map(({ id }) => id).toSorted());
  });

  it('has a geographic surcharge for each model with a global profile, except two with one price', () => {
    const uniform = ALL_MODELS.filter(
      ({ prefixes, price }) => prefixes.includes('global') && price!.surcharge === 'none',
    );
    expect(uniform.map(({ name }) => name)).toEqual(['claude-sonnet-4', 'cohere-embed-v4']);
  });
});

describe('the generations of Claude', () => {
  it.each([
    // name, sampling, prefill, budget, adaptive, off, forced tools, output
    ['claude-3-opus', 'both', true, undefined, undefined, undefined, 'yes', 4_096],
    ['claude-3-7-sonnet', 'both', true, true, false, 'omit', 'without-thinking', 64_000],
    ['claude-opus-4-1', 'one', true, true, false, 'omit', 'without-thinking', 32_000],
    ['claude-haiku-4-5', 'one', true, true, false, 'omit', 'without-thinking', 64_000],
    ['claude-opus-4-6', 'one', false, true, true, 'omit', 'without-thinking', 128_000],
    ['claude-opus-4-7', 'none', false, false, true, 'omit', 'without-thinking', 128_000],
    ['claude-sonnet-5', 'none', false, false, true, 'disabled', 'yes', 128_000],
    ['claude-fable-5', 'none', false, false, true, 'effort', 'yes', 128_000],
    ['claude-opus-5-5', 'none', false, false, true, 'effort', 'never', 128_000],
    ['claude-sonnet-5-5', 'none', false, false, true, 'between_tools', 'never', 128_000],
    ['claude-haiku-5-5', 'none', false, false, true, 'disabled', 'yes', 128_000],
  ] as const)('%s', (name, sampling, prefill, budget, adaptive, off, forcedToolChoice, maxOutputTokens) => {
    const { rules } = byName(name);
    expect(rules).toMatchObject({ sampling, prefill, forcedToolChoice, maxOutputTokens });
    expect(rules.topK).toBe(sampling !== 'none');
    expect([rules.thinking?.budget, rules.thinking?.adaptive, rules.thinking?.off]).toEqual([budget, adaptive, off]);
  });

  it('have an extended output in 3.7 only', () => {
    const withExtension = CHAT_MODELS.filter(({ rules }) => rules.extendedOutput !== undefined);
    expect(withExtension.map(({ name }) => name)).toEqual(['claude-3-7-sonnet']);
    expect(withExtension[0]!.rules.extendedOutput).toEqual({
      beta: 'output-128k-2025-02-19',
      maxOutputTokens: 128_000,
    });
  });

  it('have effort max but not xhigh in 4.6, and neither in Opus 4.5', () => {
    expect(byName('claude-opus-4-5').rules.thinking!.effort).toEqual(['low', 'medium', 'high']);
    expect(byName('claude-sonnet-4-6').rules.thinking!.effort).toEqual(['low', 'medium', 'high', 'max']);
    expect(byName('claude-opus-4-8').rules.thinking!.effort).toEqual(['low', 'medium', 'high', 'xhigh', 'max']);
  });

  it.each([
    // name, structured output, cache minimum, highest effort beside a format
    ['claude-opus-5-5', 'native', 512, undefined],
    ['claude-sonnet-5-5', 'native', 512, 'xhigh'],
    ['claude-haiku-5-5', 'native', 512, 'xhigh'],
    ['claude-fable-5-2', 'native', 512, 'xhigh'],
    ['claude-fable-5', 'native', 512, 'xhigh'],
    ['claude-opus-5', 'native', 512, undefined],
    ['claude-sonnet-5', 'native', 1_024, 'xhigh'],
    ['claude-opus-4-8', 'native', 1_024, 'xhigh'],
    ['claude-opus-4-7', 'tool', 2_048, 'xhigh'],
    ['claude-opus-4-6', 'native', 4_096, undefined],
    ['claude-sonnet-4-5', 'native', 1_024, undefined],
    ['claude-haiku-4-5', 'tool', 4_096, undefined],
  ] as const)(
    'have the structured output and cache minimum of %s that AWS documents',
    (name, structuredOutput, minTokens, effort) => {
      const { rules } = byName(name);
      expect([rules.structuredOutput, rules.cacheMinTokens, rules.outputConfigEffort]).toEqual([
        structuredOutput,
        minTokens,
        effort,
      ]);
    },
  );

  it('have the documented profiles of GovCloud, earliest ends of life and newer beta flags', () => {
    const inGovCloud = CLAUDE_MODELS.filter(({ prefixes }) => prefixes.includes('us-gov')).map(({ name }) => name);
    expect(inGovCloud.toSorted()).toEqual([
      'claude-fable-5-1',
      'claude-haiku-5-5',
      'claude-opus-4-8',
      'claude-opus-5',
      'claude-opus-5-5',
      'claude-sonnet-4-5',
      'claude-sonnet-5',
      'claude-sonnet-5-5',
    ]);
    expect(byName('claude-opus-5-5').lifecycle.endNotBefore).toBe('2027-09-22');
    expect(byName('claude-sonnet-5').rules.betas).toContain('compact-2026-09-04');
    expect(byName('claude-opus-4-8').rules.betas).not.toContain('compact-2026-09-04');
  });

  it('exclude images for 3.5 Haiku and tools for Claude 2', () => {
    expect(byName('claude-3-5-haiku').rules.vision).toBe(false);
    expect(byName('claude-2').rules).toMatchObject({ tools: false, vision: false, system: false });
  });
});

describe('the other families', () => {
  it.each([
    ['nova-2-lite', { reasoningField: 'reasoningConfig', stopSequences: true, vision: true }],
    ['nova-micro', { vision: false, documents: false, maxOutputTokens: 10_000 }],
    ['llama3-3-70b-instruct', { forcedToolChoice: 'never', toolStreaming: false, maxOutputTokens: 4_096 }],
    ['mistral-large-3-675b-instruct', { toolIdPattern: 'nine-alphanumeric', textBesideToolResults: false }],
    ['deepseek-r1', { tools: false, stopSequences: true }],
    ['deepseek-v3.2', { tools: true, stopSequences: false, reasoningField: 'reasoning_config' }],
    ['qwen3-32b', { stopSequences: false }],
    ['gpt-6.2-astra', { contextTokens: 1_050_000, efforts: ['low', 'medium', 'high', 'xhigh'] }],
    ['glm-5', { structuredOutput: 'native', serviceTiers: ['flex', 'priority'] }],
    ['deepseek-v3.2', { structuredOutput: 'native', serviceTiers: ['flex', 'priority'] }],
    ['kimi-k3.1', { structuredOutput: 'tool', serviceTiers: ['flex', 'priority'] }],
    ['llama4-scout-17b-instruct', { structuredOutput: 'prompt' }],
    ['gpt-oss-120b', { reasoningField: 'reasoning_effort', stopSequences: false, forcedToolChoice: 'yes' }],
  ])('%s', (name, expected) => {
    expect(byName(name).rules).toMatchObject(expected);
  });
});
