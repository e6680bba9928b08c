import { describe, expect, it } from '@jest/globals';
import { ShardedIndex } from './sharded-index.ts';

interface Named {
  name: string;
}

const byName = () => new ShardedIndex<Named>((entry, name) => entry.name === name);

describe('ShardedIndex', () => {
  it('finds, replaces and removes entries as a Map does', () => {
    const index = byName();
    const expected = new Map<string, Named>();
    let random = 7;
    for (let step = 0; step < 60_000; step++) {
      random = (random * 48_271) % 2_147_483_647;
      const name = `n${random % 3_000}`;
      if (random % 5 < 2) {
        index.delete(name);
        expected.delete(name);
      } else {
        const entry = { name };
        index.set(name, entry);
        expected.set(name, entry);
      }
    }
    expect(index.size).toBe(expected.size);
    for (let number = 0; number < 3_000; number++) expect(index.get(`n${number}`)).toBe(expected.get(`n${number}`));
    expect(new Set(index.values())).toEqual(new Set(expected.values()));
    expect([...index.values()]).toHaveLength(expected.size);
  });

  it('moves at most a few hundred entries at a time', () => {
    const index = byName();
    for (let number = 0; number < 100_000; number++) index.set(`key-${number}`, { name: `key-${number}` });
    expect(index.size).toBe(100_000);
    expect(index.largestMove).toBeGreaterThan(0);
    expect(index.largestMove).toBeLessThan(1_000);
  });

  it('yields each entry that stays once, while others are added and removed', () => {
    const index = byName();
    for (let number = 0; number < 4_000; number++) index.set(`key-${number}`, { name: `key-${number}` });
    const seen: string[] = [];
    let next = 0;
    for (const { name } of index.values()) {
      seen.push(name);
      index.delete(`key-${2 * next}`);
      index.set(`new-${next}`, { name: `new-${next}` });
      next += 1;
      if (next > 2_000) next = 2_000;
    }
    const stayed = Array.from({ length: 2_000 }, (_, number) => `key-${2 * number + 1}`).sort();
    expect(seen.filter((name) => /^key-\d*[13579]$/.test(name)).sort()).toEqual(stayed);
  });
});
