import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  botocoreEnumerations,
  type Catalog,
  litellmCatalog,
  piAiCatalog,
} from '../../scripts/model-catalogs/catalog.ts';
import { differencesFrom, lineOf, unknownValues } from '../../scripts/model-catalogs/differences.ts';
import { ALL_MODELS } from '../../src/models/table/model-table.ts';
import type { Model } from '../../src/models/types/model.ts';

/** Reads an excerpt of a catalog as of 2026-11: pi-ai 1.6.0, LiteLLM 1.110.2 or botocore 1.44.8. */
const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(`test/fixtures/model-catalogs/${name}.json`, 'utf8'));

const PI_AI = piAiCatalog('1.6.0', recorded('pi-ai'));
const LITELLM = litellmCatalog('1.110.2', recorded('litellm'));

function cardWith(id: string, change: (card: Model) => Partial<Model>): Model[] {
  return ALL_MODELS.map((card) => (card.id === id ? { ...card, ...change(card) } : card));
}

function lines(catalog: Catalog, table: readonly Model[] = ALL_MODELS): string[] {
  return differencesFrom(catalog, table).map(lineOf);
}

describe('model catalogs', () => {
  it('are read with the facts of the global profile, and with all profiles', () => {
    expect(PI_AI.models.get('anthropic.claude-opus-5-5')).toMatchObject({
      prefixes: expect.arrayContaining(['global', 'us']),
      contextTokens: 1_000_000,
      maxOutputTokens: 128_000,
      inputPrice: 4,
    });
    expect(LITELLM.models.get('anthropic.claude-opus-5-5')).toMatchObject({ inputPrice: 4, cacheMinTokens: 512 });
    expect(LITELLM.models.get('deepseek.r1-v1:0')).toMatchObject({ endOfLife: '2027-03-30' });
  });

  it('are read without other providers and single-region rows', () => {
    expect([...LITELLM.models.keys()].toSorted()).toEqual([
      'anthropic.claude-opus-5-5',
      'deepseek.r1-v1:0',
      'deepseek.v3.2',
      'google.gemma-3-12b-it',
      'zai.glm-5',
    ]);
  });
});

describe('differences', () => {
  it('are empty if the table agrees', () => {
    expect(lines(PI_AI)).toEqual([]);
  });

  it('contain models that the table lacks', () => {
    expect(lines(LITELLM)).toContain('google.gemma-3-12b-it  missing: table no row, litellm 1.110.2 bare id');
    const without = ALL_MODELS.filter(({ id }) => id !== 'openai.gpt-6.2-sol');
    expect(lines(PI_AI, without)).toEqual(['openai.gpt-6.2-sol  missing: table no row, pi-ai 1.6.0 global']);
  });

  it.each<[string, (card: Model) => Partial<Model>, string]>([
    ['prefixes', () => ({ prefixes: ['us', 'global'] }), 'prefixes: table us global, litellm 1.110.2 also us-gov'],
    [
      'largest answers',
      ({ rules }) => ({ rules: { ...rules, maxOutputTokens: 64_000 } }),
      'maxOutputTokens: table 64000, litellm 1.110.2 128000',
    ],
    ['prices', ({ price }) => ({ price: { ...price!, rates: ['5', '20'] } }), 'inputPrice: table 5, litellm 1.110.2 4'],
    [
      'cache minimums',
      ({ rules }) => ({ rules: { ...rules, cacheMinTokens: undefined } }),
      'cacheMinTokens: table none, litellm 1.110.2 512',
    ],
  ])('contain %s', (_what, change, expected) => {
    const id = 'anthropic.claude-opus-5-5';
    expect(lines(LITELLM, cardWith(id, change))).toContain(`${id}  ${expected}`);
  });

  it('contain retirement dates, structured output and tiers', () => {
    const loose = ALL_MODELS.map((card): Model => ({
      ...card,
      lifecycle: {},
      rules: { ...card.rules, structuredOutput: 'tool', serviceTiers: undefined },
    }));
    expect(lines(LITELLM, loose)).toEqual(
      expect.arrayContaining([
        'deepseek.r1-v1:0  endOfLife: table none, litellm 1.110.2 2027-03-30',
        'zai.glm-5  nativeFormat: table none, litellm 1.110.2 true',
        'deepseek.v3.2  tiers: table none, litellm 1.110.2 true',
      ]),
    );
  });

  it('contain API values that the gateway does not know, or that no longer exist', () => {
    const enumerations = botocoreEnumerations(recorded('botocore'));
    const known = { ServiceTierType: ['priority', 'default', 'flex'], CacheTTL: ['5m', '1h', '1d'], Gone: ['x'] };
    expect(unknownValues(enumerations, known, 'botocore')).toEqual([
      'botocore: ServiceTierType has "reserved", which the gateway does not know',
      'botocore: CacheTTL no longer has "1d"',
      'botocore: the shape Gone no longer exists',
    ]);
  });
});
