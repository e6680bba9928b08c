import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { loadConfigWithOrigins } from '../../src/config/load-config.ts';
import { renderSettingsPage } from '../../src/config/schema/settings-page.ts';
import { buildSettingsSchema } from '../../src/config/schema/settings-schema.ts';
import type { SectionClass } from '../../src/config/settings/section-class.ts';
import { settingsOf } from '../../src/config/settings/setting.ts';
import { build, hashOfA, problemsOf } from './build.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const everything = uncomment(read('config/gateway.yaml'));

/** `#key:` is a setting that is commented out, `# word` is prose; a list that is there twice loses its empty form. */
function uncomment(text: string): string {
  return text
    .replaceAll(/^ {2,4}(keys|sealingKeys|custom|accounts|targets|routes|limits): \[\].*\n/gm, '')
    .replaceAll(/^ {2}aliases: \{\}.*\n/gm, '')
    .replaceAll(/^( *)#(?! |$)/gm, '$1')
    .replaceAll(/^( *)#( {2,}\S)/gm, '$1$2')
    .replace('${file:/run/secrets/redis-url}', 'redis://h');
}

const conforms = new Ajv({ strict: true, allowUnionTypes: true }).compile(buildSettingsSchema());

describe('config/gateway.schema.json and docs/configuration.md', () => {
  it('are what npm run config:schema writes', () => {
    expect(JSON.parse(read('config/gateway.schema.json'))).toEqual(JSON.parse(JSON.stringify(buildSettingsSchema())));
    expect(read('docs/configuration.md')).toBe(renderSettingsPage());
  });

  it('close every section', () => {
    const objects: Record<string, unknown>[] = [];
    JSON.stringify(buildSettingsSchema(), (_, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'properties' in value) objects.push({ ...value });
      return value;
    });
    const sections = objects.filter(({ type }) => type !== undefined);
    expect(sections.length).toBeGreaterThan(15);
    expect(sections.filter((section) => section['additionalProperties'] !== false)).toEqual([]);
  });

  it('describe every setting, with its default', () => {
    const page = renderSettingsPage();
    for (const setting of allSettings(GatewayConfig)) {
      expect(setting.description).toMatch(/^[A-Z/].*\.$/);
      expect(page).toContain(setting.description);
    }
    const schema = JSON.stringify(buildSettingsSchema());
    expect(schema).toContain('"default":"claude-3-7-sonnet"');
    expect(schema).toContain('"enum":["geo","global","region"]');
  });
});

describe('config/gateway.yaml', () => {
  it('says what the defaults are', () => {
    expect(build(read('config/gateway.yaml'))).toEqual(new GatewayConfig());
  });

  it.each([
    ['gateway.yaml', read('config/gateway.yaml')],
    ['gateway.yaml with everything uncommented', everything],
    ['offline.yaml', read('config/offline.yaml')],
  ])('has present names only: %s', (_, text) => {
    const { warnings } = loadConfigWithOrigins({ GATEWAY_CONFIG: 'gateway.yaml' }, () => text);
    expect(warnings).toEqual([]);
  });

  it('shows every setting there is, the optional ones commented out', () => {
    const missing = missingSettings(GatewayConfig, parse(everything), '');
    expect(missing).toEqual([]);
    expect(build(everything).server.tls?.certFile).toBe('/etc/outcrop/tls/tls.crt');
  });

  it.each(['config/gateway.yaml', 'config/offline.yaml'])('%s conforms to the schema and names it', (path) => {
    expect(read(path).split('\n')[0]).toBe('# yaml-language-server: $schema=./gateway.schema.json');
    conforms(parse(read(path)));
    expect(conforms.errors).toBeNull();
  });

  it('conforms to the schema with everything uncommented', () => {
    conforms(parse(everything));
    expect(conforms.errors).toBeNull();
  });
});

describe('config/offline.yaml', () => {
  const config = build(read('config/offline.yaml'));

  it('keeps to this machine and asks the emulator', () => {
    expect(config.server.host).toBe('127.0.0.1');
    expect(config.bedrock).toMatchObject({ region: 'us-east-1', endpoint: 'http://127.0.0.1:8090' });
    expect(build(read('config/offline.yaml'), { EMULATOR_PORT: '1234' }).bedrock.endpoint).toBe(
      'http://127.0.0.1:1234',
    );
  });

  it('knows the public key of the demo, and says that it is public', () => {
    expect(config.auth.keys).toEqual([{ name: 'local', hash: hashApiKey('sk-outcrop-local') }]);
    expect(read('config/offline.yaml')).toMatch(/key below is public/);
  });
});

describe('the schema', () => {
  const key = `name: a, hash: "${hashOfA}"`;

  it.each([
    'server: {prot: 1}',
    'servre: {}',
    'server: {port: 70000}',
    'server: {port: eighty}',
    'server: {port: "80${X}"}',
    'server: []',
    'server: {tls: {certFile: /c}}',
    'shutdown: {graceSeconds: 1.5}',
    'logging: {level: loud}',
    'answerCache: { enabled: "yes"}',
    'redis: {url: "http://h"}',
    'redis: {keyPrefix: 5}',
    'bedrock: {region: Frankfurt}',
    'bedrock: {profilePreference: eu}',
    'auth: {keys: {a: b}}',
    'auth: {keys: [{name: a}]}',
    'auth: {keys: [{name: a, hash: plain}]}',
    `auth: {keys: [{${key}, requests_per_minute: 5}]}`,
    `auth: {keys: [{${key}, expires: soon}]}`,
    `auth: {keys: [{${key}, models: claude}]}`,
    `auth: {keys: [{${key}, models: [""]}]}`,
    'models: {aliases: {fast: 5}}',
    'models: {custom: [{name: x, id: y}]}',
  ])('refuses what the loader refuses: %s', (text) => {
    expect(conforms(parse(text))).toBe(false);
    expect(Object.keys(problemsOf(text, { X: '80' })).length).toBeGreaterThan(0);
  });

  it.each([
    'server: {port: "${PORT}"}',
    'server: {port: "${P:-8080}", host: "${HOST}"}',
    'answerCache: { enabled: "${ON}"}',
    'logging: {level: "${LEVEL:-warn}"}',
    'bedrock: {endpoint: "http://127.0.0.1:${PORT}"}',
    'auth: {keys: [{name: "${HOST}", hash: "${HASH}", models: ["${HOST}-*"]}]}',
    'server:\nredis: {url: null}',
    `auth: {keys: [{${key}, expires: 2027-01-31T10:00:00+02:00}]}`,
  ])('takes what the loader takes: %s', (text) => {
    conforms(parse(text));
    expect(conforms.errors).toBeNull();
    expect(build(text, { PORT: '1', HOST: 'h', ON: 'true', HASH: hashOfA })).toBeInstanceOf(GatewayConfig);
  });
});

function* allSettings(type: SectionClass): Generator<{ description: string }> {
  for (const setting of settingsOf(type).values()) {
    yield setting;
    if ('type' in setting.kind) yield* allSettings(setting.kind.type);
  }
}

function missingSettings(type: SectionClass, tree: unknown, path: string): string[] {
  const entries = new Map<string, unknown>(Object.entries(tree ?? {}));
  return [...settingsOf(type).values()].flatMap(({ name, kind }) => {
    if (!entries.has(name)) return [`${path}${name}`];
    const value = entries.get(name);
    if (!('type' in kind)) return [];
    const section: unknown = Array.isArray(value) ? value[0] : value;
    return missingSettings(kind.type, section, `${path}${name}.`);
  });
}
