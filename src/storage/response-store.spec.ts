import { describe, expect, it } from '@jest/globals';
import { ResponsesConfig } from '../config/gateway-config.ts';
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
    // A new response of the quiet key also finds room.
    expect(await store.set('quiet', 'resp_new', 'x'.repeat(bytes))).toBe(true);
    expect(await store.get('quiet', 'resp_new')).toBeDefined();
  });

  it('are the property of their key', async () => {
    const store = storeOf({});
    await store.set('one', 'resp_1', '{}');
    expect(await store.get('two', 'resp_1')).toBeUndefined();
    expect(await store.delete('two', 'resp_1')).toBe(false);
    expect(await store.delete('one', 'resp_1')).toBe(true);
  });
});
