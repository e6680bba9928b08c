import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/settings/config-error.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { findSetting, environmentVariableOf } from '../../src/config/loading/setting-variables.ts';
import { settingPaths } from '../../src/config/settings/setting.ts';
import { build, hashOfA, problemsOf } from './build.ts';

describe('the defaults', () => {
  it('apply without a file and an environment', () => {
    expect(build('')).toEqual(new GatewayConfig());
    expect(loadConfig({})).toEqual(new GatewayConfig());
  });

  it('apply where the file has null, as an empty section does', () => {
    expect(build('server:\nredis:\n  url:\n  keyPrefix: ~\n')).toEqual(new GatewayConfig());
  });
});

describe('precedence', () => {
  it.each([
    ['defaults', '', {}, 8080],
    ['file over defaults', 'server: {port: 1}', {}, 1],
    ['PORT over the file', 'server: {port: 1}', { PORT: '2' }, 2],
    ['an override over PORT', 'server: {port: 1}', { PORT: '2', GATEWAY__SERVER__PORT: '3' }, 3],
    ['an empty variable counts as unset', 'server: {port: 1}', { PORT: '', GATEWAY__SERVER__PORT: '' }, 1],
    ['an override of null selects the default', 'server: {port: 1}', { GATEWAY__SERVER__PORT: 'null' }, 8080],
  ])('of server.port: %s', (_, text, environment: Record<string, string>, port) => {
    expect(build(text, environment).server.port).toBe(port);
  });

  const us = { AWS_REGION: 'us-east-1' };
  it.each([
    ['the first AWS variable', '', { ...us, AWS_DEFAULT_REGION: 'us-west-2' }, 'us-east-1'],
    ['the second alone', '', { AWS_DEFAULT_REGION: 'us-west-2' }, 'us-west-2'],
    ['the second where the first is empty', '', { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-west-2' }, 'us-west-2'],
    ['the file over AWS variables', 'bedrock: {region: eu-west-1}', us, 'eu-west-1'],
    [
      'an override over both',
      'bedrock: {region: eu-west-1}',
      { ...us, GATEWAY__BEDROCK__REGION: 'eu-west-3' },
      'eu-west-3',
    ],
    ['nothing', '', {}, undefined],
  ])('of bedrock.region: %s', (_, text, environment: Record<string, string>, region) => {
    expect(build(text, environment).bedrock.region).toBe(region);
  });

  it.each([
    [{ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://b' }, 'http://b'],
    [{ AWS_ENDPOINT_URL: 'http://a' }, 'http://a'],
  ])('of bedrock.endpoint: %j', (environment, endpoint) => {
    expect(build('', environment as Record<string, string>).bedrock.endpoint).toBe(endpoint);
    const text = 'bedrock: {endpoint: "http://file"}';
    expect(build(text, environment as Record<string, string>).bedrock.endpoint).toBe('http://file');
  });

  it.each([
    [{ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_BEDROCK: 'http://b' }, 'http://b'],
    [{ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://b' }, 'http://a'],
    [{ AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://b' }, undefined],
  ])('of bedrock.controlPlaneEndpoint: %j', (environment, endpoint) => {
    expect(build('', environment as Record<string, string>).bedrock.controlPlaneEndpoint).toBe(endpoint);
  });

  it.each([
    [{ DEBUG_MODE: 'true' }, 'debug'],
    [{ DEBUG_MODE: 'TRUE' }, 'debug'],
    [{ DEBUG_MODE: '1' }, 'debug'],
    [{ DEBUG_MODE: 'false' }, 'warn'],
    [{ LOG_LEVEL: 'ERROR' }, 'error'],
    [{ LOG_LEVEL: 'error', DEBUG_MODE: 'true' }, 'error'],
    [{ LOG_LEVEL: 'error', GATEWAY__LOGGING__LEVEL: 'trace' }, 'trace'],
  ])('of logging.level: %j', (environment, level) => {
    expect(build('logging: {level: warn}', environment as Record<string, string>).logging.level).toBe(level);
  });

  it('of redis.url: REDIS_URL over the file', () => {
    const text = 'redis: {url: "redis://file"}';
    expect(build(text, { REDIS_URL: 'rediss://u:p%40@h:6380/1' }).redis.url).toBe('rediss://u:p%40@h:6380/1');
  });
});

describe('a GATEWAY__ variable', () => {
  it.each([
    ['GATEWAY__SERVER__BODY_LIMIT_BYTES', '2048', { server: { bodyLimitBytes: 2048 } }],
    ['GATEWAY__SERVER__BODYLIMITBYTES', '2048', { server: { bodyLimitBytes: 2048 } }],
    ['gateway__server__bodyLimitBytes', '2048', { server: { bodyLimitBytes: 2048 } }],
    ['GATEWAY__BEDROCK__PROFILE_PREFERENCE', 'global', { bedrock: { profilePreference: 'global' } }],
    ['GATEWAY__BEDROCK__TIMEOUTS__IDLE_MS', '5', { bedrock: { timeouts: { idleMs: 5, totalMs: 3_600_000 } } }],
    ['GATEWAY__ANSWER_CACHE__ENABLED', 'true', { answerCache: { enabled: true } }],
    ['GATEWAY__MODELS__ALIASES', '{fast: claude-haiku-4-5}', { models: { aliases: { fast: 'claude-haiku-4-5' } } }],
    ['GATEWAY__SERVER__TLS', '{certFile: /c, keyFile: /k}', { server: { tls: { certFile: '/c', keyFile: '/k' } } }],
    [
      'GATEWAY__AUTH__KEYS',
      `[{name: a, hash: "${hashOfA}", models: [x]}]`,
      { auth: { keys: [{ name: 'a', hash: hashOfA, models: ['x'] }] } },
    ],
    // Variables are not parsed as YAML, which would read these as a map, a number and a comment.
    ['GATEWAY__REDIS__KEY_PREFIX', 'outcrop:', { redis: { keyPrefix: 'outcrop:' } }],
    ['GATEWAY__REDIS__KEY_PREFIX', '007', { redis: { keyPrefix: '007' } }],
    ['GATEWAY__REDIS__KEY_PREFIX', 'a #b ${PORT}', { redis: { keyPrefix: 'a #b ${PORT}' } }],
    ['GATEWAY__REDIS__KEY_PREFIX', '"quoted"', { redis: { keyPrefix: 'quoted' } }],
  ])('%s=%s', (name, value, expected) => {
    expect(build('', { [name]: value })).toMatchObject(expected);
  });

  it('exists for every setting', () => {
    const paths = settingPaths(GatewayConfig);
    expect(paths).toContain('bedrock.timeouts.firstEventMs');
    for (const path of paths) {
      const found = findSetting(environmentVariableOf(path).slice('GATEWAY__'.length).split('__'));
      expect(found).toMatchObject({ names: path.split('.') });
    }
  });

  it('replaces the value that it names, and nested ones refine it', () => {
    const text = 'server: {host: file, port: 1}\nmodels: {aliases: {a: b}}';
    const config = build(text, {
      GATEWAY__SERVER__PORT: '3',
      // Sorts after the nested variable.
      gateway__server: '{port: 2, keepAliveTimeoutMs: 9}',
      GATEWAY__MODELS__ALIASES: '{c: d}',
    });
    expect(config.server).toMatchObject({ host: '0.0.0.0', port: 3, keepAliveTimeoutMs: 9 });
    expect(config.models.aliases).toEqual({ c: 'd' });
  });

  it('keeps the neighboring settings of the file', () => {
    expect(build('server: {host: file, port: 1}', { GATEWAY__SERVER__PORT: '3' }).server).toMatchObject({
      host: 'file',
      port: 3,
    });
  });

  it.each([
    ['GATEWAY__SERVER__PROT', '1', 'is not the name of a setting; did you mean GATEWAY__SERVER__PORT?'],
    [
      'GATEWAY__REDIS__SHARDS',
      '1',
      'is not the name of a setting; redis has url, mode, nodes, username, password, sentinel, tls, iam, keyPrefix, onUnavailable, timeoutMs',
    ],
    ['GATEWAY__AUTH__KEYS__0__NAME', 'a', 'entries of auth.keys cannot be set one by one; set GATEWAY__AUTH__KEYS'],
    ['GATEWAY__MODELS__ALIASES', '{a', 'is not valid YAML: Flow map must end with a } (line 1, column 3)'],
  ])('%s=%s is rejected with its own name', (name, value, message) => {
    expect(problemsOf('', { [name]: value })).toEqual({ [name]: message });
  });

  it('with a bad value is reported with its setting', () => {
    expect(problemsOf('', { GATEWAY__SERVER__PORT: 'eighty' })).toEqual({
      'server.port': 'must be a whole number from 0 to 65535; found "eighty" in GATEWAY__SERVER__PORT',
    });
  });

  it('is distinguished from the variables that Kubernetes sets for a service called gateway', () => {
    expect(build('', { GATEWAY_PORT: 'tcp://10.0.0.1:80', GATEWAY_SERVICE_HOST: '10.0.0.1' })).toEqual(
      new GatewayConfig(),
    );
  });
});

describe('a substitution in the file', () => {
  it.each([
    ['server: {port: "${P:-9000}"}', { server: { port: 9000 } }],
    ['server:\n  port: ${NUMBER}', { server: { port: 123 } }],
    ['answerCache:\n  enabled: ${YES}', { answerCache: { enabled: true } }],
    ['redis:\n  keyPrefix: ${NUMBER}', { redis: { keyPrefix: '123' } }],
    ['redis:\n  keyPrefix: ${YES}', { redis: { keyPrefix: 'true' } }],
    ['bedrock:\n  endpoint: http://127.0.0.1:${NUMBER}', { bedrock: { endpoint: 'http://127.0.0.1:123' } }],
    ['models: {aliases: {a: "m-${NUMBER}"}}', { models: { aliases: { a: 'm-123' } } }],
    // An empty value counts as unset, for text and for numbers.
    ['server:\n  port: ${NOTHING}', { server: { port: 8080 } }],
    ['redis:\n  keyPrefix: ${P:-}', { redis: { keyPrefix: 'outcrop:' } }],
  ])('%s', (text, expected) => {
    expect(build(text, { NUMBER: '123', YES: 'true', NOTHING: '' })).toMatchObject(expected);
  });

  it('within a text does not produce a number', () => {
    expect(Object.keys(problemsOf('server:\n  port: 80${DIGITS}', { DIGITS: '80' }))).toEqual(['server.port']);
  });

  it('cannot add YAML structure', () => {
    expect(Object.keys(problemsOf('auth: {keys: "${KEYS}"}', { KEYS: '[]' }))).toEqual(['auth.keys']);
    expect(Object.keys(problemsOf('models: {aliases: "${MAP}"}', { MAP: '{a: b}' }))).toEqual(['models.aliases']);
  });

  it('in a list is reported by its index, once', () => {
    const text = `auth: {keys: [{name: a, hash: "${hashOfA}", models: [x, "\${NOPE}"]}]}`;
    expect(Object.keys(problemsOf(text))).toEqual(['auth.keys[0].models[1]']);
  });
});

describe('the files of a process', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'outcrop-config-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const loadError = (environment: Record<string, string>) => {
    try {
      loadConfig(environment);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return 'accepted';
  };

  it('are the file that GATEWAY_CONFIG names and the files that it substitutes', () => {
    writeFileSync(join(folder, 'redis-url'), 'redis://from-file\n');
    writeFileSync(join(folder, 'gateway.yaml'), `server: {port: 5}\nredis:\n  url: \${file:${folder}/redis-url}\n`);
    const config = loadConfig({ GATEWAY_CONFIG: join(folder, 'gateway.yaml') });
    expect(config.server.port).toBe(5);
    expect(config.redis.url).toBe('redis://from-file');
  });

  it('are rejected if they are missing, folders or too large', () => {
    writeFileSync(join(folder, 'large.yaml'), '#'.repeat(1024 * 1024 + 1));
    expect(loadError({ GATEWAY_CONFIG: '/nowhere.yaml' })).toMatch(
      /GATEWAY_CONFIG: the file cannot be read: the file does not exist/,
    );
    expect(loadError({ GATEWAY_CONFIG: folder })).toMatch(/cannot be read: it is a directory/);
    expect(loadError({ GATEWAY_CONFIG: join(folder, 'large.yaml') })).toMatch(
      /GATEWAY_CONFIG: the file cannot be read: it is larger than 1048576 bytes \(1 MiB\).*auth\.keysFile/,
    );
  });
});

describe('the loaded configuration', () => {
  it('is deeply frozen', () => {
    const config = build(`auth: {keys: [{name: a, hash: "${hashOfA}", models: [x]}]}\nmodels: {aliases: {a: b}}`);
    const parts: object[] = [config];
    for (const part of parts) {
      const below: unknown[] = Object.values(part);
      parts.push(...below.filter((value) => typeof value === 'object' && value !== null));
    }
    expect(parts.length).toBeGreaterThan(16);
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
    expect(() => config.auth.keys[0]?.models?.push('y')).toThrow(TypeError);
    expect(() => (config.server.port = 1)).toThrow(TypeError);
  });

  it('consists of class instances, so that sections can be injected by type', () => {
    const config = build('server: {tls: {certFile: c, keyFile: k}}');
    expect(config).toBeInstanceOf(GatewayConfig);
    expect(config.server.tls?.constructor.name).toBe('TlsConfig');
  });
});
