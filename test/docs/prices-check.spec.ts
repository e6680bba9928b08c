import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareGuardrails, comparePrices, type PriceDifference } from '../../scripts/price-list/compare-prices.ts';
import { readOfferFile } from '../../scripts/price-list/offer-file.ts';
import { usageTermsOf } from '../../src/usage/prices/usage-type.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'test/fixtures/price-list');
const FILES = ['foundation-models.json', 'bedrock.json'].map((name) => join(FOLDER, name));

const read = (path: string) => readOfferFile(readFileSync(path, 'utf8'));
const ofKind = (rows: readonly PriceDifference[], kind: string) => rows.filter(({ difference }) => difference === kind);

describe('a usage type of the price list', () => {
  it.each([
    ['USE1-NovaPro-input-tokens', 'input region default standard false'],
    ['USE1-NovaPro-output-tokens-flex', 'output region flex standard false'],
    ['USE1-NovaPro-input-tokens-latency-optimized', 'input region default optimized false'],
    ['EUW1-NovaPro-cache-read-input-token-count', 'cacheRead region default standard false'],
    ['USE1-Nova2.0Lite-input-tokens-cross-region-global', 'input global default standard false'],
    ['USE1-zai.glm-5-mantle-input-tokens-priority', 'input region priority standard false'],
    ['USE1-openai.gpt-5.6-luna-mantle-cache-write-tokens-5m-long-ctx-flex', 'cacheWrite5m region flex standard true'],
    ['USE1-MP:USE1_InputTokenCount-Units', 'input region default standard false'],
    ['USE1-MP:USE1_OutputTokenCount_Global-Units', 'output global default standard false'],
    ['USE1-MP:USE1_CacheReadInputTokenCount-Units', 'cacheRead region default standard false'],
    ['USE1-MP:USE1_CacheWriteInputTokenCount_Global-Units', 'cacheWrite5m global default standard false'],
    ['USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units', 'cacheWrite1h global default standard false'],
    ['USE1-MP:USE1_InputTokenCount_LatencyOptimized-Units', 'input region default optimized false'],
    ['USW2-MP:USW2_input_tokens_long_ctx_global_standard-Units', 'input global default standard true'],
    ['USW2-MP:USW2_cache_write_tokens_1h_standard-Units', 'cacheWrite1h region default standard false'],
    ['USW2-MP:USW2_cache_write_tokens_30m_standard-Units', 'cacheWrite5m region default standard false'],
  ])('%s is read as %s', (usageType, expected) => {
    const { kind, place, tier, latency, isLong } = usageTermsOf(usageType)!;
    expect([kind, place, tier, latency, isLong].join(' ')).toBe(expected);
  });

  it.each([
    'USE1-MP:USE1_InputTokenCount_Batch-Units',
    'USE1-NovaPro-input-tokens-batch',
    'USE1-MP:USE1_Reserved_1Month_InputTPM_Geo-Units',
    'USE1-MP:USE1_ProvisionedThroughput_1MonthCommit_ModelUnits_Usage-Units',
    'USE1-Guardrail-ContentPolicyUnitsConsumed',
    'USE1-MP:USE1_search_units-Units',
    'USE1-NovaCanvas-T2I-1024-Standard',
  ])('%s is not compared', (usageType) => {
    expect(usageTermsOf(usageType)).toBeUndefined();
  });
});

describe('the comparison with AWS’s price list', () => {
  const differences = comparePrices(FILES.flatMap((path) => read(path).prices));

  it('finds other prices', () => {
    expect(ofKind(differences, 'other price')).toEqual([
      {
        difference: 'other price',
        model: 'anthropic.claude-sonnet-5-5',
        region: 'us-west-2',
        unit: 'cacheRead, global',
        here: '0.1',
        there: '0.2',
      },
      {
        difference: 'other price',
        model: 'deepseek.v3.2',
        region: 'us-east-1',
        unit: 'output, region',
        here: '1.85',
        there: '1.9',
      },
    ]);
  });

  it('finds models that one of the lists lacks', () => {
    expect(ofKind(differences, 'missing here').map(({ model }) => model)).toEqual(['Jamba 1.5 Mini']);
    const missingThere = ofKind(differences, 'missing there').map(({ model }) => model);
    expect(missingThere).toContain('anthropic.claude-fable-5-2');
    expect(missingThere).not.toContain('anthropic.claude-opus-5-5');
    expect(missingThere).not.toContain('amazon.nova-2-lite-v1:0');
  });

  it('finds other prices of guardrails, listed for one unit or for a thousand', () => {
    const { guardrails } = read(FILES[1]!);
    expect(guardrails.map(({ unit }) => unit)).toEqual([
      'contentPolicyUnits',
      'sensitiveInformationPolicyUnits',
      'topicPolicyUnits',
    ]);
    expect(compareGuardrails(guardrails)).toEqual([
      {
        difference: 'other price',
        model: 'guardrail',
        region: 'us-east-1',
        unit: 'topicPolicyUnits',
        here: '150',
        there: '200',
      },
    ]);
  });

  it('counts the products that it skips', () => {
    expect(FILES.map((path) => read(path).skipped)).toEqual([4, 1]);
  });
});

describe('npm run prices:check', () => {
  const run = (...files: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'scripts/prices-check.ts'), ...files], { encoding: 'utf8' });

  it('prints a table and JSON, and exits with 1 for differences', () => {
    const { status, stdout } = run(...FILES);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^other price +deepseek\.v3\.2 +us-east-1 +output, region +1\.85 +1\.9$/m);
    const json = JSON.parse(stdout.slice(stdout.indexOf('\n[') + 1)) as PriceDifference[];
    expect(json.length).toBeGreaterThan(50);
  });

  it('exits with 2 for no file, a missing file and another file', () => {
    const other = join(mkdtempSync(join(tmpdir(), 'prices-')), 'other.json');
    writeFileSync(other, '{"products": {}}');
    expect([run().status, run('/no/such/file').status, run(other).status]).toEqual([2, 2, 2]);
    expect(run(other).stderr).toContain('lacks products or terms.OnDemand');
  });
});
