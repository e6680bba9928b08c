import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareConfigs } from '../../src/cli/check-config.ts';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { loadConfigWithOrigins } from '../../src/config/load-config.ts';
import { differences } from '../../src/config/reload/differences.ts';
import { keepRestartSettings } from '../../src/config/reload/keep-restart-settings.ts';
import type { SectionClass } from '../../src/config/settings/section-class.ts';
import { settingsOf } from '../../src/config/settings/setting.ts';
import { build, hashOfA, hashOfB } from './build.ts';

const files: Record<string, string> = { '/run/region': 'eu-west-1', '/run/other-region': 'eu-west-1' };

function reading(text: string, environment: Record<string, string> = {}) {
  return loadConfigWithOrigins({ GATEWAY_CONFIG: 'test.yaml', ...environment }, (path) => files[path] ?? text);
}

function changes(before: string, after: string, environment: Record<string, string> = {}): string[] {
  const found = differences(reading(before, environment), reading(after, environment));
  return found.map(({ path, change, takesEffect }) => `${path}: ${change}${takesEffect === 'on restart' ? ' !' : ''}`);
}

describe('the differences of two configurations', () => {
  it('are empty between a file and an equivalent file', () => {
    expect(changes('limits: {requestsPerMinute: 0}', 'limits:\n# nothing')).toEqual([]);
  });

  it.each([
    ['limits: {requestsPerMinute: 60}', 'limits: {requestsPerMinute: 120}', ['limits.requestsPerMinute: 60 → 120']],
    ['', 'models: {onUnknown: default}', ['models.onUnknown: "reject" → "default"']],
    ['', 'bedrock: {timeouts: {idleMs: 5}}', ['bedrock.timeouts.idleMs: 120000 → 5']],
    ['guardrail: {id: abc}', '', ['guardrail.id: "abc" → not set']],
    [
      'passthrough: { modelFields: [a, b]}',
      'passthrough: { modelFields: [b, c]}',
      ['passthrough.modelFields: removed "a", added "c"'],
    ],
    [
      'passthrough: { modelFields: [a, b]}',
      'passthrough: { modelFields: [b, a]}',
      ['passthrough.modelFields: order changed'],
    ],
    [
      'models: {aliases: {a: x, b: y}}',
      'models: {aliases: {b: z, c: x}}',
      ['models.aliases[a]: "x" → not set', 'models.aliases[b]: "y" → "z"', 'models.aliases[c]: not set → "x"'],
    ],
    ['', 'server: {trustProxy: [loopback]}', ['server.trustProxy: added "loopback"']],
    ['server: {trustProxy: [loopback]}', 'server: {trustProxy: 2}', ['server.trustProxy: a list → 2']],
    ['server: {port: 1}', 'server: {port: 2}', ['server.port: 1 → 2 !']],
    [
      '',
      'server: {tls: {certFile: c, keyFile: k}}',
      ['server.tls.certFile: not set → "c" !', 'server.tls.keyFile: not set → "k" !'],
    ],
  ])('from %j to %j are listed by path', (before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it('identify list entries by name', () => {
    const before = `auth: {keys: [{name: a, hash: "${hashOfA}"}, {name: b, hash: "${hashOfB}", models: [x]}]}`;
    const other = hashOfA.replace('aaaa', 'cccc');
    const after = `auth: {keys: [{name: c, hash: "${hashOfA}"}, {name: b, hash: "${other}", models: [x, y]}]}`;
    expect(changes(before, after)).toEqual([
      'auth.keys[a]: removed',
      'auth.keys[b].hash: changed (not shown)',
      'auth.keys[b].models: added "y"',
      'auth.keys[c]: added',
    ]);
    const key = (id: string) => `{id: ${id}, key: ${'A'.repeat(43)}=}`;
    expect(
      changes(`thinking: {keys: [${key('a')}, ${key('b')}]}`, `thinking: {keys: [${key('b')}, ${key('a')}]}`),
    ).toEqual(['thinking.sealingKeys: order changed']);
  });

  it('contain neither secrets nor substituted values', () => {
    const secrets = changes(
      'redis: {url: "redis://:hunter2@a"}\nbedrock: {region: "${file:/run/region}"}\nguardrail: {id: "${ID}"}',
      'redis: {url: "redis://:hunter3@a"}\nbedrock: {region: us-east-1}\nguardrail: {id: "x${ID}"}',
      { ID: 'hidden' },
    );
    expect(secrets).toEqual([
      'redis.url: changed (not shown) !',
      'bedrock.region: the value of ${file:/run/region} → "us-east-1"',
      'guardrail.id: changed (not shown)',
    ]);
    expect(secrets.join()).not.toMatch(/hunter|hidden|eu-west/);
    expect(changes('redis: {url: "redis://a"}', '')).toEqual(['redis.url: (not shown) → not set !']);
  });

  it('are previewed by config:check', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outcrop-differences-'));
    const [one, two] = [join(folder, 'one.yaml'), join(folder, 'two.yaml')];
    writeFileSync(one, 'limits: {requestsPerMinute: 1}');
    writeFileSync(two, 'limits: {requestsPerMinute: 2}\nserver: {port: 1}');
    expect(await compareConfigs(one, two, {})).toEqual({
      exitCode: 0,
      lines: ['server.port: 8080 → 1 (needs a restart)', 'limits.requestsPerMinute: 1 → 2'],
    });
    expect(await compareConfigs(one, one, {})).toEqual({ exitCode: 0, lines: ['No differences.'] });
    writeFileSync(two, 'limits: 2');
    expect(await compareConfigs(one, two, {})).toMatchObject({ exitCode: 1 });
    rmSync(folder, { recursive: true });
  });
});

describe('reloading a configuration', () => {
  it('applies everything except settings that require a restart', () => {
    const settled = keepRestartSettings(
      build('server: {port: 1}\nredis: {onUnavailable: local}'),
      build('server: {port: 2, bodyLimitBytes: 2048}\nredis: {onUnavailable: allow, url: "redis://a"}'),
    );
    expect(settled.server).toMatchObject({ port: 1, bodyLimitBytes: 2048 });
    expect(settled.redis).toMatchObject({ onUnavailable: 'allow' });
    expect(settled.redis.url).toBeUndefined();
    expect(settled).toBeInstanceOf(GatewayConfig);
    for (const section of [settled, settled.server, settled.redis]) expect(Object.isFrozen(section)).toBe(true);
  });

  it('keeps objects of unchanged sections', () => {
    const before = build('auth: {keys: []}\nbedrock: {timeouts: {idleMs: 1}}');
    const settled = keepRestartSettings(before, build('bedrock: {timeouts: {idleMs: 1}, profilePreference: global}'));
    expect(settled).not.toBe(before);
    expect(settled.auth).toBe(before.auth);
    expect(settled.bedrock.timeouts).toBe(before.bedrock.timeouts);
    expect(keepRestartSettings(before, build('bedrock: {timeouts: {idleMs: 1}}'))).toBe(before);
    expect(keepRestartSettings(before, build('bedrock: {timeouts: {idleMs: 1}}\nserver: {port: 9}'))).toBe(before);
  });

  it('leaves open connections, listeners and files to a restart', () => {
    expect(untilRestart(GatewayConfig, '')).toEqual([
      'server.host',
      'server.port',
      'server.tls',
      'management.port',
      'management.host',
      'logging.file',
      'governance.snapshotFile',
      'database.url',
      'database.password',
      'database.caFile',
      'database.maxConnections',
      'database.timeoutMs',
      'database.migrations',
      'database.backupFolder',
      'ledger.enabled',
      'ledger.journalFolder',
      'ledger.journalMaxBytes',
      'ledger.timeZone',
      'ledger.export',
      'ledger.reconciliation.cur',
      'admin.enabled',
      'admin.port',
      'admin.host',
      'redis.url',
      'redis.mode',
      'redis.nodes',
      'redis.username',
      'redis.password',
      'redis.sentinel.name',
      'redis.sentinel.username',
      'redis.sentinel.password',
      'redis.tls.enabled',
      'redis.tls.caFile',
      'redis.tls.certFile',
      'redis.tls.keyFile',
      'redis.tls.serverName',
      'redis.iam.service',
      'redis.iam.clusterName',
      'redis.iam.user',
      'redis.iam.region',
      'redis.keyPrefix',
      'redis.timeoutMs',
      'telemetry',
      'docs.enabled',
    ]);
  });
});

function untilRestart(type: SectionClass, path: string): string[] {
  return [...settingsOf(type).values()].flatMap(({ name, kind }) => {
    const own = path === '' ? name : `${path}.${name}`;
    if (kind.holds === 'until restart') return [own];
    return 'type' in kind ? untilRestart(kind.type, own) : [];
  });
}
