import { keyChanges } from './key-changes.ts';

it('lists added, removed and changed keys from the differences of two configurations', async () => {
  const at = (path: string, change: string) => ({ path, change, takesEffect: 'at once' }) as const;
  expect(
    await keyChanges([
      at('limits.requestsPerMinute', '0 → 5'),
      at('auth.keys[team-a]', 'added'),
      at('auth.keys[b@example.com]', 'removed'),
      at('auth.keys[c.d].models', 'added "nova-*"'),
      at('auth.keys[c.d].expires', 'not set → 2027-01-01'),
      at('auth.keys', 'order changed'),
      at('auth.keysFile', '"/a" → "/b"'),
      at('auth.keysFile[team-b]', 'added'),
      at('auth.keysFile[team-c].hash', 'changed (not shown)'),
    ]),
  ).toEqual({ added: ['team-a', 'team-b'], removed: ['b@example.com'], changed: ['c.d', 'team-c'] });
});
