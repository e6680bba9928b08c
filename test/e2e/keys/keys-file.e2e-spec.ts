import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { type ReloadingGateway, startReloading } from '../../support/reloading-gateway.ts';

const CHAT = '/v1/chat/completions';
const REQUEST = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] };

const lineOf = (name: string, more: object = {}): string =>
  JSON.stringify({ name, hash: hashApiKey(`sk-${name}`), ...more });

let gateway: ReloadingGateway;
const logged: Record<string, unknown>[] = [];

beforeAll(() => {
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => {
      logged.push(typeof line === 'object' ? (line as Record<string, unknown>) : { msg: line });
    });
  }
});
beforeEach(() => void logged.splice(0));
afterEach(() => gateway.close());

const eventsOf = (event: string) => logged.filter((line) => line.event === event);
const changes = () => eventsOf('config_changed').flatMap((line) => line.changes as string[]);
const statusOf = async (key: string, path = '/v1/models') => (await gateway.send(path, key)).status;
const writeKeys = (...lines: string[]): void => writeFileSync(join(gateway.folder, 'keys.jsonl'), lines.join('\n'));

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 20) {
    if (waited > 15_000) throw new Error('timed out');
    await sleep(20);
  }
}

/** Starts a gateway with these lines in its file of keys. `auth` and `more` are additional YAML. */
async function start(lines: readonly string[], { auth = '', more = '' } = {}): Promise<void> {
  gateway = await startReloading('', (folder) => {
    writeFileSync(join(folder, 'keys.jsonl'), lines.join('\n'));
    const keys = `auth: {keysFile: ${join(folder, 'keys.jsonl')}${auth}}`;
    writeFileSync(join(folder, 'gateway.yaml'), `logging: {level: error}\n${keys}\n${more}`);
  });
}

describe('a key of auth.keysFile', () => {
  it('has the settings of its line, beside the keys of auth.keys', async () => {
    await start(
      [
        lineOf('plain'),
        lineOf('nova', { models: ['nova-*'] }),
        lineOf('metrics', { metrics: true }),
        lineOf('limited', { requestsPerMinute: 2 }),
        lineOf('expired', { expires: '2020-01-01' }),
      ],
      { auth: `, keys: [{name: listed, hash: "${hashApiKey('sk-listed')}"}]` },
    );
    const keys = ['plain', 'nova', 'metrics', 'limited', 'listed', 'expired', 'unknown'];
    const statuses = await Promise.all(keys.map((name) => statusOf(`sk-${name}`)));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 401, 401]);
    expect([await statusOf('sk-metrics', '/metrics'), await statusOf('sk-plain', '/metrics')]).toEqual([200, 403]);
    const models = (await (await gateway.send('/v1/models', 'sk-nova')).json()) as { data: { id: string }[] };
    expect(models.data.length).toBeGreaterThan(1);
    expect(models.data.every(({ id }) => id.startsWith('nova-'))).toBe(true);
    const chat = async (name: string) => (await gateway.send(CHAT, `sk-${name}`, REQUEST)).status;
    expect([await chat('limited'), await chat('limited'), await chat('plain'), await chat('nova')]).toEqual([
      200, 429, 200, 403,
    ]);
  });

  it('has its own limit of requests in flight', async () => {
    await start([lineOf('narrow', { maxInFlight: 1 }), lineOf('wide')], { more: 'overload: {queueTimeoutMs: 50}' });
    gateway.emulator.behave({ kind: 'slow', ms: 1_500 });
    const first = gateway.send(CHAT, 'sk-narrow', REQUEST);
    await until(() => gateway.emulator.requests.length === 1);
    expect((await gateway.send(CHAT, 'sk-narrow', REQUEST)).status).toBe(429);
    expect([(await first).status, (await gateway.send(CHAT, 'sk-wide', REQUEST)).status]).toEqual([200, 200]);
  });

  it('is added, removed and changed at run time, and its running requests continue', async () => {
    await start([lineOf('stays'), lineOf('leaves'), lineOf('limited')]);
    gateway.emulator.behave({ kind: 'pace', ms: 200 });
    const stream = await gateway.send(CHAT, 'sk-leaves', { ...REQUEST, stream: true });
    writeKeys(lineOf('new'), lineOf('stays'), lineOf('limited', { models: ['nova-*'] }));
    await until(async () => (await statusOf('sk-leaves')) === 401);
    expect([await statusOf('sk-stays'), await statusOf('sk-new')]).toEqual([200, 200]);
    expect(await stream.text()).toContain('[DONE]');
    expect(changes()).toEqual([
      'auth.keysFile[leaves]: removed',
      'auth.keysFile[new]: added',
      'auth.keysFile[limited].models: added "nova-*"',
    ]);
    expect(eventsOf('api_keys_changed')).toMatchObject([
      { log: 'audit', added: ['new'], removed: ['leaves'], changed: ['limited'] },
    ]);
    expect(JSON.stringify(logged)).not.toContain(hashApiKey('sk-new').slice(7, 20));
  });

  it('ends with its running requests under auth.cutRemovedKeys, but not when it moves to auth.keys', async () => {
    await start([lineOf('moves'), lineOf('leaves'), lineOf('stays')], { auth: ', cutRemovedKeys: true' });
    gateway.emulator.behave({ kind: 'pace', ms: 200 });
    const [moving, leaving] = await Promise.all(
      ['sk-moves', 'sk-leaves'].map(async (key) => gateway.send(CHAT, key, { ...REQUEST, stream: true })),
    );
    writeKeys(lineOf('stays'));
    const listed = `{name: moves, hash: "${hashApiKey('sk-moves')}"}`;
    const auth = `auth: {keysFile: ${join(gateway.folder, 'keys.jsonl')}, cutRemovedKeys: true, keys: [${listed}]}`;
    gateway.write(`logging: {level: error}\n${auth}`);
    expect(await leaving!.text()).toContain('api_key_revoked');
    expect(await moving!.text()).toContain('[DONE]');
    expect(eventsOf('api_key_revoked')).toMatchObject([{ key: 'leaves', ended: 1 }]);
    expect(await statusOf('sk-moves')).toBe(200);
  });

  it('follows the swapped link of a Secret', async () => {
    const swap = (folder: string, line: string): void => {
      const version = `..${process.hrtime.bigint()}`;
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'keys.jsonl'), line);
      symlinkSync(version, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    gateway = await startReloading('', (folder) => {
      swap(folder, lineOf('old'));
      writeFileSync(
        join(folder, 'gateway.yaml'),
        `logging: {level: error}\nauth: {keysFile: ${join(folder, '..data', 'keys.jsonl')}}`,
      );
    });
    expect(await statusOf('sk-old')).toBe(200);
    swap(gateway.folder, lineOf('new'));
    await until(async () => (await statusOf('sk-new')) === 200);
    expect(await statusOf('sk-old')).toBe(401);
  });
});

describe('a file of keys that is no longer valid', () => {
  it.each([
    ['a broken line', `${lineOf('a')}\n{"name":`, 'auth.keysFile line 2: must be an object in JSON, in one line'],
    ['no keys', '\n', 'auth.keysFile: the file holds no key'],
    ['a repeated key', `${lineOf('a')}\n${lineOf('a')}`, 'auth.keysFile line 2, name: must be unique'],
    ['a key of auth.keys', lineOf('listed'), 'auth.keysFile line 1, name: must be unique; auth.keys[0].name'],
    [
      'a key for a model of another region',
      lineOf('a', { models: ['eu.anthropic.claude-sonnet-4-6'] }),
      'auth.keysFile line 1, models: "eu.',
    ],
  ])('because it has %s, changes nothing until it is valid', async (_, content, problem) => {
    await start([lineOf('kept')], { auth: `, keys: [{name: listed, hash: "${hashApiKey('sk-listed')}"}]` });
    writeKeys(content);
    await until(() => eventsOf('config_rejected').length > 0);
    expect(eventsOf('config_rejected')[0]).toMatchObject({
      problems: expect.arrayContaining([expect.stringContaining(problem)]),
    });
    expect([await statusOf('sk-kept'), await statusOf('sk-listed'), await statusOf('sk-a')]).toEqual([200, 200, 401]);
    writeKeys(lineOf('next'));
    await until(async () => (await statusOf('sk-next')) === 200);
    expect(await statusOf('sk-kept')).toBe(401);
  });

  it('because it is gone, changes nothing; without the setting its keys are gone', async () => {
    await start([lineOf('kept')]);
    renameSync(join(gateway.folder, 'keys.jsonl'), join(gateway.folder, 'away'));
    await until(() => eventsOf('config_rejected').length > 0);
    expect(await statusOf('sk-kept')).toBe(200);
    gateway.write(`logging: {level: error}\nauth: {keys: [{name: listed, hash: "${hashApiKey('sk-listed')}"}]}`);
    await until(async () => (await statusOf('sk-listed')) === 200);
    expect(await statusOf('sk-kept')).toBe(401);
    expect(changes()).toContain('auth.keysFile[kept]: removed');
  });
});
