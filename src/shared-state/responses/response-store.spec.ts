import { beforeEach, describe, expect, it } from '@jest/globals';
import { ResponsesConfig } from '../../config/gateway-config.ts';
import type { RedisConnection } from '../redis.ts';
import { ResponseStore } from './response-store.ts';

function storeOf(changes: Partial<ResponsesConfig>): ResponseStore {
  return new ResponseStore({ responses: Object.assign(new ResponsesConfig(), { store: 'memory', ...changes }) });
}

describe('responses in memory', () => {
  it.each([
    ['many', { maxEntries: 200 }, 10],
    ['large', { maxBytes: 100_000 }, 900],
  ])('of one key do not evict those of another, however %s they are', async (_, limits, bytes) => {
    const store = storeOf(limits);
    await store.set('quiet', 'resp_kept', 'x'.repeat(bytes));
    for (let index = 0; index < 500; index += 1) {
      expect(await store.set('busy', `resp_${index}`, 'y'.repeat(bytes))).toBe(true);
    }
    expect(await store.get('quiet', 'resp_kept')).toHaveLength(bytes);
    expect(await store.get('busy', 'resp_499')).toHaveLength(bytes);
    expect(await store.get('busy', 'resp_0')).toBeUndefined();
    // A new response of the quiet key is stored, too.
    expect(await store.set('quiet', 'resp_new', 'x'.repeat(bytes))).toBe(true);
    expect(await store.get('quiet', 'resp_new')).toBeDefined();
  });

  it('belong to their key', async () => {
    const store = storeOf({});
    await store.set('one', 'resp_1', '{}');
    expect(await store.get('two', 'resp_1')).toBeUndefined();
    expect(await store.delete('two', 'resp_1')).toBe(false);
    expect(await store.delete('one', 'resp_1')).toBe(true);
  });
});

describe('ResponseStore', () => {
  const commands: string[] = [];
  const redis = {
    attempt: (_use: string, _key: string, run: (client: Record<string, () => Promise<unknown>>) => Promise<unknown>) =>
      run({
        get: () => (commands.push('get'), Promise.resolve('{}')),
        set: () => (commands.push('set'), Promise.resolve('OK')),
      }),
  } as unknown as RedisConnection;
  const settings = (store: ResponsesConfig['store']) => ({
    responses: Object.assign(new ResponsesConfig(), { store }),
  });
  beforeEach(() => {
    commands.length = 0;
  });

  it('uses the memory of the process by default, and stores nothing only if it is off', async () => {
    const store = new ResponseStore({ responses: new ResponsesConfig() });
    expect(store.isOn).toBe(true);
    expect(await store.set('one', 'resp_1', '{}')).toBe(true);
    expect(await store.get('one', 'resp_1')).toBe('{}');
    expect(storeOf({ store: 'off' }).isOn).toBe(false);
  });

  it.each([
    ['auto', ['set', 'get']],
    ['redis', ['set', 'get']],
    ['memory', []],
  ] as const)('uses Redis with the setting %s if it is configured', async (setting, expected) => {
    const store = new ResponseStore(settings(setting), redis);
    expect(await store.set('one', 'resp_1', '{}')).toBe(true);
    expect(await store.get('one', 'resp_1')).toBe('{}');
    expect(commands).toEqual(expected);
  });
});
