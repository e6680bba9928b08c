import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/cli/check-config.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { loadConfigWithOrigins } from '../../src/config/load-config.ts';
import { environmentVariableOf } from '../../src/config/loading/setting-variables.ts';
import { ConfigSource } from '../../src/config/reload/config-source.ts';
import {
  FORMER_NAMES_END,
  isSectionRename,
  SETTING_RENAMES,
  type SettingRename,
} from '../../src/config/settings/renamed-settings.ts';
import type { SectionClass } from '../../src/config/settings/section-class.ts';
import { type SettingMetadata, settingsOf } from '../../src/config/settings/setting.ts';

/** Entries of lists need these fields besides the one that is tested. */
const ENTRIES: Record<string, object> = {
  'models.custom': { name: 'team-a', id: 'a.b', rulesOf: 'claude-haiku-4-5' },
  'models.routes': { model: 'nova-pro', targets: [{}] },
};
/** Values of settings whose schema does not give one. */
const SAMPLES: Record<string, unknown> = {
  'bedrock.controlPlaneEndpoint': 'https://control.example',
  'thinking.sealingKeys': [{ id: 'a', key: `${'A'.repeat(43)}=` }],
  'models.custom[].rulesOf': 'nova-pro',
};

const folder = mkdtempSync(join(tmpdir(), 'outcrop-renames-'));
const path = join(folder, 'gateway.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

interface ValueSchema {
  enum?: readonly unknown[];
  anyOf?: readonly { minimum?: number }[];
  type?: string;
  minimum?: number;
}

function settingAt(type: SectionClass, [name = '', ...deeper]: readonly string[]): SettingMetadata {
  const setting = settingsOf(type).get(name)!;
  return deeper.length === 0 ? setting : settingAt((setting.kind as { type: SectionClass }).type, deeper);
}

/** Returns a valid value that is not the default. */
function sampleOf(to: string): unknown {
  if (to in SAMPLES) return SAMPLES[to];
  const names = to.replaceAll('[]', '').split('.');
  const { kind } = settingAt(GatewayConfig, names);
  if ('type' in kind) {
    const [first] = settingsOf(kind.type).keys();
    return { [first!]: sampleOf(`${to}.${first}`) };
  }
  const before = to.includes('[]') ? undefined : valueAt(new GatewayConfig(), names);
  const { enum: values, anyOf, type, minimum } = kind.schema as ValueSchema;
  if (values) return values.find((value) => value !== before);
  if (type === 'boolean') return before !== true;
  if (type === 'array') return ['some_name'];
  return (anyOf?.[1]?.minimum ?? minimum ?? 0) + 1;
}

function valueAt(tree: unknown, names: readonly string[]): unknown {
  let value = tree;
  for (const name of names) value = Reflect.get(value as object, name);
  return value;
}

/** Returns a tree with this value at the path; entries of lists do not contain `present`. */
function treeWith(at: string, value: unknown, present: string): Record<string, unknown> {
  const [head = '', ...rest] = at.split('.');
  if (rest.length === 0) return { [head]: value };
  return plant('', at.split('.'), value, present) as Record<string, unknown>;
}

function plant(above: string, [name = '', ...deeper]: readonly string[], value: unknown, present: string): object {
  const plain = name.replace('[]', '');
  const here = above === '' ? plain : `${above}.${plain}`;
  const list = here.replaceAll('[]', '');
  const below = deeper.length === 0 ? value : plant(name.endsWith('[]') ? `${here}[]` : here, deeper, value, present);
  if (!name.endsWith('[]')) return { [plain]: below };
  const entry: Record<string, unknown> = { ...ENTRIES[list] };
  if (here === present.split('[].')[0]) delete entry[present.split('[].')[1]!];
  return { [plain]: [{ ...entry, ...(below as object) }] };
}

function load(tree: object, environment: Record<string, string> = {}) {
  const text = stringify(tree);
  return loadConfigWithOrigins({ ...environment, GATEWAY_CONFIG: path }, () => text);
}

const ajv = new Ajv({ strict: false, allErrors: true });
const gateway = ajv.compile(JSON.parse(readFileSync('config/gateway.schema.json', 'utf8')) as object);
const chart = ajv.compile(JSON.parse(readFileSync('helm/outcrop/values.schema.json', 'utf8')) as object);

const cases = SETTING_RENAMES.map((rename) => [rename.from, rename] as const);
const variables = cases.filter(([from]) => !from.includes('[]'));
const formerOf = ({ convert }: SettingRename, value: unknown) => (convert === 'invert' ? !(value as boolean) : value);

describe.each(cases)('the former setting %s', (from, rename) => {
  const { to } = rename;
  const value = sampleOf(to);
  const present = load(treeWith(to, value, to)).config;
  const formerTree = treeWith(from, formerOf(rename, value), to);
  const shown = from.replaceAll('[]', '[0]');

  it('is not a default, works in a file, and the warning has the new name', () => {
    const { config, warnings } = load(formerTree);
    expect(present).not.toEqual(load({}).config);
    expect(config).toEqual(present);
    const opposite = rename.convert === 'invert' ? ' with the opposite value' : '';
    const message = `has a new name; write ${to.replaceAll('[]', '[0]')}${opposite}. The former name ends with release ${FORMER_NAMES_END}`;
    expect(warnings).toContainEqual({ path: shown, message });
  });

  it('is reported by config:check', async () => {
    writeFileSync(path, stringify(formerTree));
    const { lines, exitCode } = await checkConfig(path, {}, Date.now());
    expect([exitCode, lines.filter((line) => line.startsWith(`Warning: ${shown}: `))]).toEqual([
      0,
      [expect.anything()],
    ]);
  });

  it('is allowed by the schemas of the file and of the chart', () => {
    expect([gateway(formerTree), gateway.errors]).toEqual([true, null]);
    expect([chart({ config: formerTree }), chart.errors]).toEqual([true, null]);
  });

  it('does not count where the new name is set, and the warning names it', () => {
    const both = merged(treeWith(to, value, to), treeWith(from, formerOf(rename, otherThan(value)), to));
    const { config, warnings = [] } = load(both as object);
    expect(config).toEqual(present);
    expect(warnings.filter(({ message }) => message.startsWith('is ignored, because '))).toHaveLength(1);
  });
});

/** Returns another value of the same kind. */
function otherThan(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value) || typeof value === 'string') return value;
  return Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, otherThan(inner)]));
}

/** Returns both trees in one; the value of `one` counts if both have a value. */
function merged(one: unknown, other: unknown): unknown {
  if (Array.isArray(one)) return one.map((entry, index) => merged(entry, (other as unknown[])[index]));
  if (typeof one !== 'object') return one;
  const [left, right] = [one, other] as Record<string, unknown>[];
  const shared = Object.keys(left!).filter((name) => name in right!);
  return { ...right, ...left, ...Object.fromEntries(shared.map((name) => [name, merged(left![name], right![name])])) };
}

describe.each(variables)('a variable with the former name of %s', (from, rename) => {
  const { to } = rename;
  const value = sampleOf(to);
  const text = JSON.stringify(formerOf(rename, value)).replace(/^"(.*)"$/, '$1');

  it('works, wins over the file, and the warning has the new variable', () => {
    const { config, warnings } = load({}, { [environmentVariableOf(from)]: text });
    expect(config).toEqual(
      load({}, { [environmentVariableOf(to)]: JSON.stringify(value).replace(/^"(.*)"$/, '$1') }).config,
    );
    expect(warnings![0]).toEqual({
      path: environmentVariableOf(from),
      message: expect.stringContaining(`has a new name; set ${environmentVariableOf(to)}`),
    });
    const file = treeWith(to, otherThan(value), to);
    expect(load(file, { [environmentVariableOf(from)]: text }).config).toEqual(config);
  });

  it('does not count beside the variable of the new name', () => {
    const both = {
      [environmentVariableOf(from)]: text,
      [environmentVariableOf(to)]: JSON.stringify(value).replace(/^"(.*)"$/, '$1'),
    };
    expect(load({}, both).warnings).toContainEqual({
      path: environmentVariableOf(from),
      message: `is ignored, because ${environmentVariableOf(to)} is set`,
    });
  });
});

describe('former names', () => {
  it('work for every setting of a renamed section, in a file and as a variable', () => {
    for (const { from, to } of SETTING_RENAMES.filter(isSectionRename)) {
      for (const name of settingsOf((settingAt(GatewayConfig, [to]).kind as { type: SectionClass }).type).keys()) {
        const value = sampleOf(`${to}.${name}`);
        const expected = load({ [to]: { [name]: value } }).config;
        expect(load({ [from]: { [name]: value } }).config).toEqual(expected);
        expect(load({}, { [environmentVariableOf(`${from}.${name}`)]: String(value) }).config).toEqual(expected);
      }
    }
  });

  it('work in the maps and lists of variables', () => {
    const environment = {
      GATEWAY__CACHING: '{auto: asked, ttl: 1h}',
      GATEWAY__BEDROCK__TARGETS: '[{profiles: global}]',
      GATEWAY__METRICS: '{public: true}',
    };
    const { config, warnings } = load({}, environment);
    expect(config.promptCache).toMatchObject({ autoCachePoints: 'on-request', ttl: '1h' });
    expect(config.bedrock.targets).toMatchObject([{ profilePreference: 'global' }]);
    expect(config.metrics.requireKey).toBe(false);
    expect(warnings!.map(({ path: at }) => at)).toEqual([
      'GATEWAY__CACHING',
      'caching.auto',
      'bedrock.targets[0].profiles',
      'metrics.public',
      'promptCache.autoCachePoints',
    ]);
  });

  it('take substitutions, and messages name the place where a wrong value is', () => {
    expect(load({ metrics: { public: '${OPEN}' } }, { OPEN: 'true' }).config.metrics.requireKey).toBe(false);
    expect(() => load({ overload: { queueMs: -1 } })).toThrow(
      'overload.queueTimeoutMs: must be a whole number from 0 to 600000; found -1 in overload.queueMs',
    );
  });

  it('merge with the section of the new name, value by value', () => {
    const { config, warnings } = load({ answerCache: { ttlSeconds: 5 }, cache: { enabled: true, ttlSeconds: 6 } });
    expect(config.answerCache).toMatchObject({ enabled: true, ttlSeconds: 5 });
    expect(warnings).toContainEqual({
      path: 'cache.ttlSeconds',
      message: 'is ignored, because answerCache.ttlSeconds, its new name, is set',
    });
  });

  it('are warned of where nothing is set', () => {
    expect(load({ cache: null }).warnings).toEqual([
      { path: 'cache', message: expect.stringContaining('answerCache') },
    ]);
  });

  it('work after a reload', async () => {
    writeFileSync(path, 'cache: {ttlSeconds: 5}');
    const source = await ConfigSource.open({ GATEWAY_CONFIG: path, AWS_REGION: 'eu-west-1' });
    writeFileSync(path, 'cache: {ttlSeconds: 6}');
    const next = await source.readAgain();
    expect(next.config.answerCache.ttlSeconds).toBe(6);
    expect(next.warnings).toHaveLength(1);
  });
});
