import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { ThinkingConfig } from '../../config/gateway-config.ts';
import { SealingKeys } from './sealing-keys.ts';
import { ThinkingStore } from './thinking-store.ts';

const KEY_A = { id: 'a', key: randomBytes(32) };
const KEY_B = { id: 'b', key: randomBytes(32) };
const SMALL = Buffer.from('small');
const LARGE = randomBytes(500);

function settings(changes: Partial<ThinkingConfig> = {}) {
  return { thinking: Object.assign(new ThinkingConfig(), changes) };
}

function asConfig({ id, key }: typeof KEY_A) {
  return { id, key: key.toString('base64') };
}

describe('sealed text', () => {
  it('can be opened only with its key and context, and has the form of an id', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, context) => {
        const keys = new SealingKeys([KEY_A]);
        const capsule = keys.seal(bytes, context);
        expect(capsule).toMatch(/^[a-zA-Z0-9_.:-]+$/);
        expect(capsule.length).toBe(keys.sealedLength(bytes.length));
        expect(keys.open(capsule, context)).toEqual(Buffer.from(bytes));
        expect(keys.open(capsule, `${context}.`)).toBeUndefined();
        expect(new SealingKeys([{ ...KEY_B, id: 'a' }]).open(capsule, context)).toBeUndefined();
      }),
    );
  });

  it('can be opened after a new key was added before its key', () => {
    const capsule = new SealingKeys([KEY_A]).seal(SMALL, '');
    expect(new SealingKeys([KEY_B, KEY_A]).open(capsule, '')).toEqual(SMALL);
    expect(new SealingKeys([KEY_B]).open(capsule, '')).toBeUndefined();
  });

  it('cannot be opened after any change, and no other text can', () => {
    const keys = new SealingKeys([KEY_A]);
    const capsule = keys.seal(SMALL, '');
    for (let at = 5; at < capsule.length - 1; at += 1) {
      const other = capsule[at] === 'A' ? 'B' : 'A';
      expect(keys.open(capsule.slice(0, at) + other + capsule.slice(at + 1), '')).toBeUndefined();
    }
    for (const id of ['', 'call_1', 'oc.a.', 'oc.a.AAAA', 'tooluse_abc']) expect(keys.open(id, '')).toBeUndefined();
  });
});

describe('stored thinking', () => {
  const storeKey = { owner: 'a', callId: 'tooluse_1', context: 'c' };

  it('travels in the id if it is small, within 64 characters', async () => {
    const id = new ThinkingStore(settings({ sealingKeys: [asConfig(KEY_A)] })).save(storeKey, SMALL);
    expect(id).toMatch(/^oc\.a\./);
    expect(id.length).toBeLessThanOrEqual(64);
    const another = new ThinkingStore(settings({ sealingKeys: [asConfig(KEY_A)] }));
    expect(await another.find([{ owner: 'a', callId: id, context: 'c' }])).toEqual(new Map([[id, SMALL]]));
  });

  it('is stored under the id of the call if it is large, for its context only', async () => {
    const store = new ThinkingStore(settings());
    expect(store.save(storeKey, LARGE)).toBe('tooluse_1');
    expect(await store.find([storeKey, { ...storeKey, context: 'd' }])).toEqual(new Map([['tooluse_1', LARGE]]));
    expect(await store.find([{ ...storeKey, context: 'd' }])).toEqual(new Map());
  });

  it('is bounded', async () => {
    const store = new ThinkingStore(settings({ maxBytes: 1_200 }));
    for (let index = 0; index < 9; index += 1) store.save({ owner: 'a', callId: `call_${index}`, context: '' }, LARGE);
    const found = await store.find(
      Array.from({ length: 9 }, (_, index) => ({ owner: 'a', callId: `call_${index}`, context: '' })),
    );
    expect([...found.keys()]).toEqual(['call_7', 'call_8']);
  });

  it('of one key does not evict that of another', async () => {
    const store = new ThinkingStore(settings({ maxBytes: 3_000 }));
    store.save(storeKey, LARGE);
    for (let index = 0; index < 50; index += 1) store.save({ owner: 'b', callId: `call_${index}`, context: '' }, LARGE);
    expect(await store.find([storeKey])).toEqual(new Map([['tooluse_1', LARGE]]));
  });

  it('survives changes of the size limit and the keys', async () => {
    const config = settings({ maxBytes: 10_000 });
    const store = new ThinkingStore(config);
    store.save(storeKey, LARGE);
    const sealed = store.save({ ...storeKey, callId: 'tooluse_2' }, SMALL);
    config.thinking = settings({ maxBytes: 5_000, sealingKeys: [asConfig(KEY_A)] }).thinking;
    const storeKeys = [storeKey, { ...storeKey, callId: sealed }];
    expect([...(await store.find(storeKeys)).values()]).toEqual([LARGE, SMALL]);
    expect(store.save(storeKey, SMALL)).toMatch(/^oc\.a\./);
  });

  it('is not stored if the setting is off', async () => {
    const store = new ThinkingStore(settings({ restoreForClients: false }));
    expect(store.save(storeKey, SMALL)).toBe('tooluse_1');
    expect(await store.find([storeKey])).toEqual(new Map());
  });
});
