import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { LRUCache } from 'lru-cache';
import { FairCache, type FairCacheLimits } from './fair-cache.ts';

const HOUR_MS = 3_600_000;

function cacheOf(limits: FairCacheLimits, now?: () => number): FairCache<string> {
  return new FairCache<string>({ limits: () => limits, sizeOf: (value) => value.length, ...(now && { now }) });
}

describe('FairCache', () => {
  it('evicts the least recently used entries of the owner that holds most', () => {
    const cache = cacheOf({ maxEntries: 10 });
    cache.set('quiet', 'stored', 'x', HOUR_MS);
    for (let index = 0; index < 9; index += 1) cache.set('busy', `${index}`, 'x', HOUR_MS);
    cache.get('0');
    for (let index = 9; index < 500; index += 1) expect(cache.set('busy', `${index}`, 'x', HOUR_MS)).toBe(true);
    expect(cache.get('stored')).toBe('x');
    expect(cache.size).toBe(10);
    expect(cache.get('499')).toBe('x');
    expect(cache.get('0')).toBeUndefined();
  });

  it('frees space for an owner if another owner has filled the cache', () => {
    const cache = cacheOf({ maxBytes: 100 });
    for (let index = 0; index < 100; index += 1) cache.set('busy', `${index}`, 'x', HOUR_MS);
    for (let index = 0; index < 50; index += 1) {
      expect(cache.set('late', `late${index}`, 'x', HOUR_MS)).toBe(true);
    }
    for (let index = 0; index < 50; index += 1) expect(cache.get(`late${index}`)).toBe('x');
  });

  it('compares owners by the limit that is exceeded', () => {
    const cache = cacheOf({ maxBytes: 1_000, maxEntries: 20 });
    cache.set('large', 'large', 'x'.repeat(900), HOUR_MS);
    for (let index = 0; index < 60; index += 1) cache.set('many', `${index}`, 'x', HOUR_MS);
    expect(cache.get('large')).toHaveLength(900);
    cache.set('large', 'larger', 'x'.repeat(500), HOUR_MS);
    expect(cache.get('large')).toBeUndefined();
    expect(cache.get('59')).toBe('x');
  });

  it('visits no more owners in an eviction if there are thousands', () => {
    const visits = [10, 5_000].map((owners) => {
      const cache = new FairCache<string>({ limits: () => ({ maxEntries: owners }) });
      for (let owner = 0; owner <= owners; owner++) cache.set(`owner-${owner}`, `key-${owner}`, 'value');
      const sizes = jest.spyOn(LRUCache.prototype, 'size', 'get');
      for (let further = 0; further < 20; further++) cache.set(`further-${further}`, `further-${further}`, 'value');
      const count = sizes.mock.calls.length;
      sizes.mockRestore();
      return count;
    });
    expect(visits[0]).toBeGreaterThan(0);
    expect(visits[1]).toBeLessThanOrEqual(visits[0]! * 2);
  });

  it('does not store an entry larger than the cache, and removes the entry that it would replace', () => {
    const cache = cacheOf({ maxBytes: 10 });
    cache.set('one', 'key', 'old', HOUR_MS);
    expect(cache.set('one', 'key', 'x'.repeat(11), HOUR_MS)).toBe(false);
    expect(cache.get('key')).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('counts an entry for the owner that stored it first', () => {
    const cache = cacheOf({ maxEntries: 4 });
    cache.set('quiet', 'shared', 'first', HOUR_MS);
    cache.set('busy', 'shared', 'second', HOUR_MS);
    for (let index = 0; index < 50; index += 1) cache.set('busy', `${index}`, 'x', HOUR_MS);
    expect(cache.get('shared')).toBe('second');
  });

  it('removes expired entries before valid ones, and follows changed limits', () => {
    let now = 1;
    const limits = { maxEntries: 4 };
    const cache = cacheOf(limits, () => now);
    for (const key of ['a', 'b', 'c']) cache.set('idle', key, 'x', 1_000);
    cache.set('busy', '1', 'x', HOUR_MS);
    now = 20_000;
    for (const key of ['2', '3', '4']) cache.set('busy', key, 'x', HOUR_MS);
    for (const key of ['1', '2', '3', '4']) expect(cache.get(key)).toBe('x');
    expect(cache.get('a')).toBeUndefined();
    limits.maxEntries = 1;
    expect(cache.get('1')).toBeUndefined();
    expect(cache.get('4')).toBe('x');
    expect(cache.delete('4')).toBe(true);
    expect(cache.delete('4')).toBe(false);
  });

  it('respects its limits, its counts and every equal share in all sequences of operations', () => {
    const step = fc.record({
      owner: fc.constantFrom('a', 'b', 'c'),
      key: fc.integer({ min: 0, max: 12 }),
      size: fc.integer({ min: 1, max: 40 }),
      act: fc.constantFrom('set', 'set', 'get', 'delete'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const cache = cacheOf({ maxBytes: 120, maxEntries: 12 });
        const stored = new Map<string, number>();
        for (const { owner, key, size, act } of steps) {
          const name = `${owner}${key}`;
          if (act === 'get') cache.get(name);
          else if (act === 'delete') cache.delete(name);
          else cache.set(owner, name, 'x'.repeat(size), HOUR_MS);
          if (act === 'get' || owner !== 'a') continue;
          if (act === 'delete') stored.delete(name);
          else stored.set(name, size);
        }
        const bytes = [...stored.values()].reduce((sum, size) => sum + size, 0);
        // A third of both limits.
        if (bytes <= 40 && stored.size <= 4 && steps.every(({ size }) => size <= 40)) {
          const largest = peakOf(steps);
          if (largest.bytes <= 40 && largest.entries <= 4) {
            for (const name of stored.keys()) expect(cache.get(name)).toBeDefined();
          }
        }
        expect(cache.size).toBeLessThanOrEqual(12);
      }),
    );
  });
});

/** Returns the largest total that owner `a` stored at any moment. */
function peakOf(steps: readonly { owner: string; key: number; size: number; act: string }[]) {
  const held = new Map<number, number>();
  const peak = { bytes: 0, entries: 0 };
  for (const { owner, key, size, act } of steps) {
    if (owner !== 'a' || act === 'get') continue;
    if (act === 'delete') held.delete(key);
    else held.set(key, size);
    peak.bytes = Math.max(
      peak.bytes,
      [...held.values()].reduce((sum, each) => sum + each, 0),
    );
    peak.entries = Math.max(peak.entries, held.size);
  }
  return peak;
}
