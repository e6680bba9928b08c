import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { RedisConfig, type RedisTlsConfig, ThinkingConfig } from '../../src/config/gateway-config.ts';
import { RedisBuckets } from '../../src/shared-state/buckets/redis-buckets.ts';
import { IamAuthentication } from '../../src/shared-state/connection/iam-authentication.ts';
import { authenticateAgain } from '../../src/shared-state/connection/redis-client.ts';
import { RedisMetrics } from '../../src/shared-state/connection/redis-metrics.ts';
import { RedisConnection, type RedisParts } from '../../src/shared-state/redis.ts';
import { ThinkingStore } from '../../src/shared-state/thinking/thinking-store.ts';
import { RedisThrottlerStorage } from '../../src/shared-state/throttling/redis-throttler-storage.ts';
import { selfSigned } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { hasRedis } from '../support/redis.ts';
import { type RedisServer, RedisServers, until } from '../support/redis-servers.ts';

/** TLS, users, Sentinels and tokens, each with a real Redis. */

const HOUR = 3_600_000;
const available = await hasRedis();
const open: RedisConnection[] = [];
let group: RedisServers;
let folder: string;
const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-redis-tls-'));
});
afterEach(async () => {
  errors.mockClear();
  await Promise.all(open.splice(0).map((connection) => connection.onApplicationShutdown()));
  await group.stop();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function settings(change: Omit<Partial<RedisConfig>, 'tls'> & { tls?: Partial<RedisTlsConfig> }): RedisConfig {
  const config = Object.assign(new RedisConfig(), { timeoutMs: 5_000 });
  return Object.assign(config, change, { tls: Object.assign(config.tls, change.tls) });
}

async function connect(config: RedisConfig, parts?: RedisParts): Promise<RedisConnection> {
  const connection = new RedisConnection(config, parts);
  open.push(connection);
  await connection.onModuleInit();
  return connection;
}

async function hits(connection: RedisConnection): Promise<number> {
  const storage = new RedisThrottlerStorage(connection, { redis: new RedisConfig() });
  return (await storage.increment('key', HOUR, 100)).totalHits;
}

/** Writes a certificate and its key, and returns their paths. */
async function certificate(name: string, ...hostnames: string[]): Promise<{ certFile: string; keyFile: string }> {
  const { cert, key } = selfSigned(...hostnames);
  const [certFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
  return { certFile, keyFile };
}

function tlsOptions(port: number, server: { certFile: string; keyFile: string }, clientCa?: string): string[] {
  return [
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${server.certFile}`,
    `tls-key-file ${server.keyFile}`,
    `tls-ca-cert-file ${clientCa ?? server.certFile}`,
    `tls-auth-clients ${clientCa === undefined ? 'no' : 'yes'}`,
  ];
}

async function startTls(server: { certFile: string; keyFile: string }, clientCa?: string): Promise<RedisServer> {
  const port = await freePort();
  return group.start(tlsOptions(port, server, clientCa), port);
}

(available ? describe : describe.skip)('Redis with TLS', () => {
  it('is used only if its certificate is trusted and has its name', async () => {
    group = new RedisServers();
    const server = await certificate('server', 'localhost', 'redis.internal');
    const other = await certificate('other', 'localhost');
    const { port } = await startTls(server);
    const url = (host: string) => `rediss://${host}:${port}`;
    const trusted = { caFile: server.certFile };
    const works: RedisConfig[] = [
      settings({ url: url('localhost'), tls: trusted }),
      settings({ url: url('127.0.0.1'), tls: { ...trusted, serverName: 'redis.internal' } }),
    ];
    for (const config of works) {
      const connection = await connect(config);
      expect(connection.isUnavailable).toBe(false);
      expect(await hits(connection)).toBe(works.indexOf(config) + 1);
    }
    const fails: RedisConfig[] = [
      settings({ url: url('localhost') }),
      settings({ url: url('localhost'), tls: { caFile: other.certFile } }),
      settings({ url: url('127.0.0.1'), tls: trusted }),
      settings({ url: url('localhost'), tls: { ...trusted, serverName: 'elsewhere.internal' } }),
      settings({ url: `redis://localhost:${port}` }),
    ];
    for (const config of fails) {
      const connection = await connect(config);
      await until(() => connection.isUnavailable);
      expect(await hits(connection)).toBe(1);
    }
  });

  it('accepts a client certificate, and a renewed one at the next connection', async () => {
    group = new RedisServers();
    const server = await certificate('mutual', 'localhost');
    const client = await certificate('client', 'client');
    const renewed = await certificate('renewed', 'client');
    const authorities = join(folder, 'authorities.pem');
    await writeFile(authorities, readFileSync(client.certFile));
    const { port, cli } = await startTls(server, authorities);
    const tls = { caFile: server.certFile, ...client };
    const connection = await connect(settings({ url: `rediss://localhost:${port}`, tls }));
    expect(await hits(connection)).toBe(1);
    const withoutClient = await connect(
      settings({ url: `rediss://localhost:${port}`, tls: { caFile: server.certFile } }),
    );
    await until(() => withoutClient.isUnavailable);

    await writeFile(authorities, readFileSync(renewed.certFile));
    const access = ['--tls', '--cacert', server.certFile, '--cert', client.certFile, '--key', client.keyFile];
    // Redis reads the file again with this command.
    await cli(...access, 'config', 'set', 'tls-ca-cert-file', authorities);
    // From now on, Redis refuses the first certificate.
    await Promise.all([
      writeFile(client.certFile, readFileSync(renewed.certFile)),
      writeFile(client.keyFile, readFileSync(renewed.keyFile)),
    ]);
    await cli(...access, 'client', 'kill', 'type', 'normal', 'skipme', 'yes');
    await until(() => connection.isUnavailable);
    await until(() => !connection.isUnavailable);
    expect(await hits(connection)).toBe(2);
  });

  it('works in a cluster whose nodes announce their addresses', async () => {
    const server = await certificate('cluster', 'redis.internal');
    group = new RedisServers(['--tls', '--cacert', server.certFile]);
    const nodes = await group.startCluster(0, (port) => [
      ...tlsOptions(port, server),
      'tls-cluster yes',
      'tls-replication yes',
    ]);
    const tls = { enabled: true, caFile: server.certFile, serverName: 'redis.internal' };
    const connection = await connect(settings({ mode: 'cluster', nodes: [nodes[0]!.address], tls }));
    expect(connection.isUnavailable).toBe(false);
    for (let index = 0; index < 3; index += 1) expect(await hits(connection)).toBe(index + 1);
    const untrusted = await connect(
      settings({ mode: 'cluster', nodes: [nodes[0]!.address], tls: { ...tls, caFile: undefined } }),
    );
    await until(() => untrusted.isUnavailable);
    await until(() => JSON.stringify(errors.mock.calls).includes('self-signed certificate'));
  });
});

(available ? describe : describe.skip)('a user of Redis', () => {
  it('needs only the permissions that the documentation lists', async () => {
    group = new RedisServers();
    const { cli, port } = await group.start([]);
    const [line] = /^ACL SETUSER .+$/m.exec(readFileSync('docs/redis.md', 'utf8')) ?? [];
    expect(await cli(...line!.replace('PASSWORD', 'secret').split(' '))).toBe('OK');
    expect(await cli('acl', 'setuser', 'default', 'off')).toBe('OK');
    const access = { username: 'outcrop', password: 'secret' };
    const connection = await connect(settings({ url: `redis://127.0.0.1:${port}`, ...access }));
    expect(await hits(connection)).toBe(1);
    const buckets = new RedisBuckets(connection, {
      redis: new RedisConfig(),
      bedrock: { quotas: { shareAmongReplicas: 2 } },
    });
    const debit = { key: 'eu/a', spec: { capacity: 9, periodMs: HOUR, refill: 'steady' as const }, amount: 9 };
    expect((await buckets.take([debit])).levels).toEqual([0]);
    const thinking = new ThinkingStore({ thinking: new ThinkingConfig() }, connection);
    await thinking.find([{ owner: 'a', callId: 'b', context: 'c' }]);
    await connection.client.set('outcrop:a', 'b', 'PX', 99);
    await connection.client.del('outcrop:a');
    expect(errors).not.toHaveBeenCalled();

    const refused = await connect(
      settings({ url: `redis://127.0.0.1:${port}`, username: 'outcrop', password: 'wrong' }),
    );
    await until(() => refused.isUnavailable);
    expect(JSON.stringify(errors.mock.calls)).toContain('WRONGPASS');
    expect(JSON.stringify(errors.mock.calls)).not.toContain('"wrong"');
  });

  it('has the credentials of a cluster URL, or of the settings', async () => {
    group = new RedisServers(['-a', 'p', '--no-auth-warning']);
    const nodes = await group.startCluster(0, () => ['requirepass p', 'masterauth p']);
    const { address } = nodes[0]!;
    for (const change of [{ url: `redis://:p@${address}` }, { url: `redis://${address}`, password: 'p' }]) {
      const connection = await connect(settings({ mode: 'cluster', ...change }));
      expect(connection.isUnavailable).toBe(false);
      await hits(connection);
    }
    const refused = await connect(settings({ mode: 'cluster', url: `redis://${address}`, password: 'wrong' }));
    await until(() => refused.isUnavailable);
    expect(JSON.stringify(errors.mock.calls)).toContain('WRONGPASS');
  });

  it('authenticates with the current token, in each connection and again in open ones', async () => {
    group = new RedisServers();
    const { cli, port } = await group.start([]);
    let now = Date.parse('2026-11-30T00:00:00Z');
    const credentials = () => Promise.resolve({ accessKeyId: 'AKID', secretAccessKey: 'secret' });
    const iam = { service: 'memorydb', clusterName: 'state', user: 'outcrop', region: 'eu-central-1' } as const;
    const authentication = new IamAuthentication(iam, { credentials, now: () => now });
    const accept = (token: string) => cli('acl', 'setuser', 'outcrop', 'reset', 'on', `>${token}`, '~*', '+@all');
    await authentication.start(() => Promise.resolve());
    await accept(authentication.currentToken);
    const connection = await connect(settings({ url: `redis://127.0.0.1:${port}` }), {
      iam: { user: 'outcrop', authentication },
    });
    expect(await hits(connection)).toBe(1);

    const first = authentication.currentToken;
    now += 7 * HOUR;
    const sent: string[] = [];
    await authentication.start(async (user, token) => {
      await accept(token);
      await authenticateAgain(connection.client, user, token);
      sent.push(token);
    });
    expect(sent).toEqual([authentication.currentToken]);
    expect(authentication.currentToken).not.toBe(first);
    await expect(authenticateAgain(connection.client, 'outcrop', first)).rejects.toThrow('WRONGPASS');

    // A new connection uses the second token, because Redis does not accept the first one any more.
    await cli('client', 'kill', 'type', 'normal', 'skipme', 'yes');
    await until(() => connection.isUnavailable);
    await until(() => !connection.isUnavailable);
    expect(await hits(connection)).toBe(2);
  });

  it('authenticates with the current token on each node of a cluster', async () => {
    group = new RedisServers();
    const nodes = await group.startCluster(0);
    let now = Date.parse('2026-11-30T00:00:00Z');
    const credentials = () => Promise.resolve({ accessKeyId: 'AKID', secretAccessKey: 'secret' });
    const iam = { service: 'elasticache', clusterName: 'a', user: 'outcrop', region: 'eu-central-1' } as const;
    const authentication = new IamAuthentication(iam, { credentials, now: () => now });
    const accept = async (token: string) => {
      for (const { cli } of nodes) await cli('acl', 'setuser', 'outcrop', 'reset', 'on', `>${token}`, '~*', '+@all');
    };
    await authentication.start(() => Promise.resolve());
    await accept(authentication.currentToken);
    const config = settings({ mode: 'cluster', nodes: [nodes[0]!.address] });
    const connection = await connect(config, { iam: { user: 'outcrop', authentication } });
    const storage = new RedisThrottlerStorage(connection, { redis: config });
    const countAll = async () => {
      const keys = Array.from({ length: 12 }, (_, index) => `node-${index}`);
      return (await Promise.all(keys.map((key) => storage.increment(key, HOUR, 99)))).map(({ totalHits }) => totalHits);
    };
    expect(new Set(await countAll())).toEqual(new Set([1]));
    now += HOUR;
    await authentication.start(() => Promise.resolve());
    await accept(authentication.currentToken);
    for (const { cli } of nodes) await cli('client', 'kill', 'type', 'normal', 'skipme', 'yes');
    await until(async () => (await storage.increment('node-0', HOUR, 99)).totalHits > 0 && !connection.isUnavailable);
    await until(async () => (await countAll()).every((total) => total > 1));
    expect(await nodes[0]!.cli('client', 'list')).toContain('user=outcrop');
  });
});

(available ? describe : describe.skip)('Sentinels', () => {
  it('name the primary, with their own password', async () => {
    group = new RedisServers(['--no-auth-warning']);
    const { sentinels, primary } = await group.startSentinels({ server: 'p', sentinel: 's' });
    const config = settings({
      mode: 'sentinel',
      nodes: ['127.0.0.1:1', sentinels[1]!.address],
      password: 'p',
      sentinel: { name: 'mymaster', password: 's' },
    });
    const registry = new Registry();
    const connection = await connect(config, { metrics: new RedisMetrics(registry) });
    await until(() => !connection.isUnavailable);
    expect(await hits(connection)).toBe(1);
    expect(await primary.cli('-a', 'p', 'exists', 'outcrop:limit:key')).toBe('1');
    const text = await registry.metrics();
    expect(text).toContain('outcrop_redis_state{state="available"} 1');
    expect(text).toContain('outcrop_redis_command_seconds_count{use="limit"} 1');
    expect(text).toContain('outcrop_redis_connections_total{result="opened"} 1');

    const refused = await connect(
      Object.assign(settings(config), { sentinel: { name: 'mymaster', password: 'wrong' } }),
    );
    await until(() => refused.isUnavailable);
    const unknown = await connect(Object.assign(settings(config), { sentinel: { name: 'other', password: 's' } }));
    await until(() => unknown.isUnavailable);
  });
});
