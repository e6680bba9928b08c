import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { LiveConfig } from '../../../src/config/live-config.ts';
import { LOGGERS } from '../../../src/telemetry/logging/logging.module.ts';
import type { Loggers } from '../../../src/telemetry/logging/logging.ts';
import { asConfigMap, type ReloadingGateway, startReloading } from '../../support/reloading-gateway.ts';

const CHAT = '/v1/chat/completions';
const REQUEST = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] };

/** Returns a configuration with these keys; `more` is additional YAML. */
function withKeys(names: readonly string[], more = ''): string {
  const keys = names.map((name) => `{name: ${name}, hash: "${hashApiKey(`sk-${name}`)}"}`);
  return `logging: {level: error}\nmetrics: { requireKey: false }\nauth: {keys: [${keys.join(', ')}]}\n${more}`;
}

let gateway: ReloadingGateway;
const lines: { level: string; line: Record<string, unknown> }[] = [];

beforeAll(() => {
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => {
      lines.push({ level, line: typeof line === 'object' ? (line as Record<string, unknown>) : { msg: line } });
    });
  }
});
beforeEach(() => void lines.splice(0));
afterEach(() => gateway.close());

const linesOf = (event: string) => lines.filter(({ line }) => line.event === event).map(({ line }) => line);
const loggedChanges = () => linesOf('config_changed').flatMap(({ changes }) => changes as string[]);

/** Waits for the effect of a changed file. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 20) {
    if (waited > 10_000) throw new Error('timed out');
    await sleep(20);
  }
}

const statusOf = async (key: string) => (await gateway.send('/v1/models', key)).status;

describe('a key that is removed from the file', () => {
  const revoke: Record<string, () => void> = {
    'by overwriting the file': () => gateway.write(withKeys(['stays', 'new'])),
    'by a rename over the file, as editors save': () => {
      const draft = join(gateway.folder, '.gateway.yaml.swp');
      writeFileSync(draft, withKeys(['stays', 'new']));
      renameSync(draft, join(gateway.folder, 'gateway.yaml'));
    },
    'by the swapped symbolic link of a ConfigMap': () => asConfigMap(gateway.folder, withKeys(['stays', 'new'])),
  };

  it.each(Object.keys(revoke))('%s is rejected from then on, while its streams continue', async (way) => {
    const isConfigMap = way.includes('ConfigMap');
    gateway = await startReloading(withKeys(['stays', 'leaves']), isConfigMap ? asConfigMap : undefined);
    gateway.emulator.behave({ kind: 'pace', ms: 200 });
    const stream = await gateway.send(CHAT, 'sk-leaves', { ...REQUEST, stream: true });
    let isOver = false;
    const text = stream.text().finally(() => (isOver = true));
    expect([await statusOf('sk-leaves'), await statusOf('sk-new')]).toEqual([200, 401]);

    revoke[way]?.();
    await until(async () => (await statusOf('sk-leaves')) === 401);
    expect([await statusOf('sk-stays'), await statusOf('sk-new')]).toEqual([200, 200]);
    expect(isOver).toBe(false);
    expect(await text).toContain('[DONE]');
    expect(loggedChanges()).toEqual(['auth.keys[leaves]: removed', 'auth.keys[new]: added']);
    expect(linesOf('api_keys_changed')).toMatchObject([
      { log: 'audit', added: ['new'], removed: ['leaves'], changed: [] },
    ]);
    // The gateway detects the next change as well.
    if (isConfigMap) asConfigMap(gateway.folder, withKeys(['leaves']));
    else gateway.write(withKeys(['leaves']));
    await until(async () => (await statusOf('sk-leaves')) === 200);
  });

  it('is rejected if it is in a separate file, as mounted secrets are', async () => {
    const file = '${file:${FOLDER}/hash}';
    gateway = await startReloading(withKeys([]), (folder) => {
      writeFileSync(join(folder, 'hash'), hashApiKey('sk-one'));
      const keys = `auth: {keys: [{name: one, hash: "${file.replace('${FOLDER}', folder)}"}]}`;
      writeFileSync(join(folder, 'gateway.yaml'), `logging: {level: error}\nmetrics: { requireKey: false }\n${keys}`);
    });
    expect(await statusOf('sk-one')).toBe(200);
    writeFileSync(join(gateway.folder, 'hash'), hashApiKey('sk-two'));
    await until(async () => (await statusOf('sk-two')) === 200);
    expect(await statusOf('sk-one')).toBe(401);
    expect(loggedChanges()).toEqual(['auth.keys[one].hash: changed (not shown)']);
  });
});

describe('an invalid file', () => {
  it.each([
    ['broken YAML', 'auth: {keys: [', 'line 1'],
    ['invalid settings', 'limits: {requestsPerMinute: many}\nserver: {prot: 1}', 'server.prot: is not a setting'],
    ['an unknown model', withKeys(['stays'], 'models: {default: claude-nowhere-1}'), 'models.default'],
    ['no content, because it is being written', '', 'it is empty, perhaps because it is still being written'],
    ['a missing secret', withKeys(['stays'], 'guardrail: {id: "${file:/nowhere/id}"}'), 'the file does not exist'],
  ])(
    'with %s is rejected, and the gateway keeps configuration stays active until the file is valid',
    async (_, text, problem) => {
      gateway = await startReloading(withKeys(['stays']));
      gateway.write(text);
      await until(() => linesOf('config_rejected').length === 1);
      expect(JSON.stringify(linesOf('config_rejected'))).toContain(problem);
      expect(await statusOf('sk-stays')).toBe(200);
      expect(await gateway.metric('outcrop_config_reloads_total{result="rejected"}')).toBe(1);
      expect(await gateway.metric('outcrop_config_rejected')).toBe(1);
      expect(await gateway.metric('outcrop_config_generation')).toBe(1);

      // An unchanged file is not read again.
      await sleep(700);
      expect(linesOf('config_rejected')).toHaveLength(1);
      gateway.write(withKeys(['stays', 'new']));
      await until(async () => (await statusOf('sk-new')) === 200);
      expect(await gateway.metric('outcrop_config_rejected')).toBe(0);
      expect(await gateway.metric('outcrop_config_generation')).toBe(2);
    },
  );
});

describe('SIGHUP', () => {
  it('reloads the configuration at once, and has no effect without a change', async () => {
    gateway = await startReloading(withKeys(['stays']));
    process.emit('SIGHUP');
    await until(async () => (await gateway.metric('outcrop_config_reloads_total{result="unchanged"}')) === 1);
    expect(await gateway.metric('outcrop_config_generation')).toBe(1);
    expect(loggedChanges()).toEqual([]);
    expect(await statusOf('sk-stays')).toBe(200);
  });
});

describe('a changed configuration', () => {
  it('applies limits, names, sizes, log levels and upstreams to the next request', async () => {
    let other: Emulator | undefined;
    try {
      other = await startEmulator({ port: 0, paceMs: 0 });
      gateway = await startReloading(withKeys(['stays'], 'server: {port: 1}'));
      const long = { ...REQUEST, messages: [{ role: 'user', content: 'x'.repeat(5_000) }] };
      expect((await gateway.send(CHAT, 'sk-stays', long)).status).toBe(200);
      expect((await gateway.send(CHAT, 'sk-stays', { ...REQUEST, model: 'mine' })).status).toBe(404);
      const asked = gateway.emulator.requests.length;

      gateway.write(
        withKeys(
          ['stays'],
          `limits: {requestsPerMinute: 7}\nmodels: {aliases: {mine: claude-haiku-4-5}}\nserver: {port: 2, bodyLimitBytes: 4096}
bedrock: {endpoint: "${other.url}"}\ncache: {maxBytes: 2048}\nredis: {url: "redis://:hunter2@nowhere"}`,
        ).replace('level: error', 'level: silent'),
      );
      await until(() => linesOf('config_needs_restart').length === 1);
      const answer = await gateway.send(CHAT, 'sk-stays', { ...REQUEST, model: 'mine' });
      expect([answer.status, answer.headers.get('x-ratelimit-limit-requests')]).toEqual([200, '7']);
      expect((await gateway.send(CHAT, 'sk-stays', long)).status).toBe(413);
      expect([gateway.emulator.requests.length, other.requests.length]).toEqual([asked, 1]);
      const { application, access } = gateway.app.get<Loggers>(LOGGERS);
      expect([application.level, access.level]).toEqual(['silent', 'silent']);
      expect(loggedChanges()).toEqual([
        'server.bodyLimitBytes: 33554432 → 4096',
        'logging.level: "error" → "silent"',
        'limits.requestsPerMinute: 0 → 7',
        'answerCache.maxBytes: 67108864 → 2048',
        `bedrock.endpoint: "${gateway.emulator.url}" in AWS_ENDPOINT_URL → "${other.url}"`,
        'models.aliases[mine]: not set → "claude-haiku-4-5"',
      ]);
      expect(linesOf('config_needs_restart')[0]?.changes).toEqual([
        'server.port: 1 → 2',
        'redis.url: not set → (not shown)',
      ]);
      expect(await gateway.metric('outcrop_config_restart_pending')).toBe(2);
      expect(gateway.app.get(LiveConfig).current.redis.url).toBeUndefined();
    } finally {
      await other?.close();
    }
  });

  it('never fails a request, however often it changes under load', async () => {
    gateway = await startReloading(withKeys(['stays']));
    const live = gateway.app.get(LiveConfig);
    const listeners = live.listenerCount;
    const variants = [
      'bedrock: {timeouts: {connectMs: 900}}',
      'limits: {requestsPerMinute: 100000}\nretry: {budgetPerSecond: 3}',
      'models: {aliases: {mine: claude-haiku-4-5}}\nanswerCache: {enabled: true, maxBytes: 4096}',
      'thinking: {maxBytes: 4096}\nstreaming: {keepAliveSeconds: 1}\nbedrock: {maxConnections: 64}',
    ];
    const done = new AbortController();
    const statuses = new Map<number, number>();
    const worker = async (index: number): Promise<void> => {
      while (!done.signal.aborted) {
        const answer = await gateway.send(CHAT, 'sk-stays', { ...REQUEST, stream: index % 2 === 0 });
        const text = await answer.text();
        const isWhole = index % 2 === 0 ? text.includes('[DONE]') : answer.ok;
        statuses.set(isWhole ? answer.status : 0, (statuses.get(isWhole ? answer.status : 0) ?? 0) + 1);
      }
    };
    const workers = Array.from({ length: 6 }, (_, index) => worker(index));
    for (let round = 0; round < 60; round++) {
      gateway.write(withKeys(['stays'], variants[Math.floor(Math.random() * variants.length)]));
      process.emit('SIGHUP');
      await sleep(25);
    }
    done.abort();
    await Promise.all(workers);
    expect([...statuses.keys()]).toEqual([200]);
    expect(await gateway.metric('outcrop_config_generation')).toBeGreaterThan(10);
    expect(live.listenerCount).toBe(listeners);
  });
});
