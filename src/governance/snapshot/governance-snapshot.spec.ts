import { createHash } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { GovernanceSnapshot } from './governance-snapshot.ts';
import type { SnapshotChange } from './snapshot-change.ts';

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

function key(name: string, more: object = {}, origin: 'file' | 'database' = 'database'): GovernanceRecord<'Key'> {
  const secrets = [{ hash: `sha256:${digest(name).toString('hex')}`, lastFour: 'abcd' }];
  const document = { name, secrets, state: 'active' as const, ...more };
  return { kind: 'Key', id: `key_${name}`, name, document, origin, version: 3, updatedAt: '2026-11-30T00:00:00.000Z' };
}

function principal(id: string, state: 'active' | 'disabled'): GovernanceRecord<'Principal'> {
  const document = { id, issuer: 'https://login.example.com/', subject: id, state };
  return { kind: 'Principal', id, name: id, document, origin: 'database', version: 1 } as never;
}

async function loaded(...records: GovernanceRecord[]): Promise<GovernanceSnapshot> {
  const snapshot = new GovernanceSnapshot();
  await snapshot.replaceDatabase([records]);
  return snapshot;
}

describe('GovernanceSnapshot', () => {
  it.each([
    ['ASCII', { metadata: { owner: 'search' } }],
    ['other characters', { metadata: { owner: 'Zoë 検索' } }],
    ['an id of its own', { id: 'key_given' }],
    ['no secrets', { secrets: [] }],
  ])('returns a key with %s unchanged', async (_, more) => {
    const record = key('given', more);
    expect((await loaded(record)).find('Key', 'given')).toEqual(record);
    expect((await loaded(record)).find('Key', 'key_given')).toEqual(record);
  });

  it('finds both secrets of a key, and none that was replaced', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((secret) => ({
      hash: `sha256:${digest(secret).toString('hex')}`,
    }));
    const snapshot = await loaded(key('rotated', { secrets: [one, two] }));
    expect(snapshot.findSecret(digest('one'))?.key.name).toBe('rotated');
    expect(snapshot.findSecret(digest('two'))?.digest.equals(digest('two'))).toBe(true);
    const record = key('rotated', { secrets: [two, three] });
    await snapshot.apply([{ kind: 'Key', id: record.id, record }]);
    expect(snapshot.findSecret(digest('one'))).toBeUndefined();
    expect(snapshot.findSecret(digest('two'))?.key.id).toBe('key_rotated');
    expect(snapshot.findSecret(digest('three'))?.key.id).toBe('key_rotated');
  });

  it('gives other work a turn during a load, as often as it looks at the clock', async () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => (now += 1));
    const take = jest.spyOn(EventLoopPause.prototype, 'take');
    try {
      await loaded(...Array.from({ length: 12_800 }, (_, number) => key(`key-${number}`)));
      expect(take.mock.calls.length).toBeGreaterThan(30);
    } finally {
      clock.mockRestore();
      take.mockRestore();
    }
  });

  it('names the callers that a full load has ended, so that their requests end, too', async () => {
    const former = [
      key('kept'),
      key('removed'),
      key('revoked'),
      key('disabled'),
      key('was-revoked', { state: 'revoked' }),
    ];
    const snapshot = await loaded(...former, principal('p_kept', 'active'), principal('p_disabled', 'active'));
    let change: SnapshotChange | undefined;
    snapshot.onChange((one) => (change = one));
    await snapshot.replaceDatabase([
      [
        key('kept', { models: ['nova-*'] }),
        key('revoked', { state: 'revoked' }),
        key('disabled', { state: 'disabled' }),
        key('was-revoked', { state: 'revoked' }),
        principal('p_kept', 'active'),
        principal('p_disabled', 'disabled'),
        principal('p_new', 'disabled'),
      ],
    ]);
    const ids = [...former.map(({ id }) => id), 'p_kept', 'p_disabled', 'p_new', '0123456789ab'];
    const ended = ['key_removed', 'key_revoked', 'key_disabled', 'p_disabled', 'p_new'];
    expect(ids.filter((id) => change?.isCut?.(id))).toEqual(ended);
  });

  it('ends no caller when files are replaced', async () => {
    const snapshot = await loaded(key('kept'));
    let change: SnapshotChange | undefined;
    snapshot.onChange((one) => (change = one));
    await snapshot.replaceFiles([key('kept', {}, 'file')]);
    expect(change).toEqual({ all: true });
  });
});
