import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { FILE_KINDS, type FileKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { GovernanceSnapshot } from './governance-snapshot.ts';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Returns a minimal object. `mark` is in a field by which the two objects of a clash differ. */
function objectOf(kind: FileKind, origin: 'file' | 'database', { id, name }: { id: string; name: string }) {
  const mark = `of-${origin}`;
  const fields: Record<FileKind, object> = {
    Team: { name, costCenter: mark },
    Application: { name, team: 'any', costCenter: mark },
    Key: {
      name,
      state: 'active',
      secrets: [{ hash: `sha256:${digestOf(mark).toString('hex')}` }],
      capacityClass: mark,
    },
    Budget: { name, scope: { team: 'any' }, amountUsd: '1', period: 'day', timeZone: mark },
    CatalogEntry: { model: name, state: 'blocked', owner: mark },
  };
  return { kind, id, name, origin, version: 1, document: fields[kind] } as unknown as GovernanceRecord;
}

function team(name: string, parent?: string, origin: 'file' | 'database' = 'database'): GovernanceRecord<'Team'> {
  const document = { name, ...(parent !== undefined && { parent }), models: ['nova-*'] };
  return { kind: 'Team', id: `team_${name}`, name, origin, version: 1, document };
}

async function snapshotOf(files: readonly GovernanceRecord[], database: readonly GovernanceRecord[]) {
  const snapshot = new GovernanceSnapshot();
  await snapshot.replaceDatabase([database]);
  await snapshot.replaceFiles(files);
  return snapshot;
}

describe('an object of governance.files', () => {
  const cases = FILE_KINDS.flatMap((kind) => [
    [kind, 'name', { id: 'other_1', name: 'same' }] as const,
    [kind, 'id', { id: 'same_1', name: 'other' }] as const,
  ]);

  it.each(cases)(
    'of the kind %s takes precedence over one of the database with the same %s',
    async (kind, field, other) => {
      const ofFile = objectOf(kind, 'file', { id: 'same_1', name: 'same' });
      const ofDatabase = objectOf(kind, 'database', other);
      const snapshot = await snapshotOf([ofFile], [ofDatabase]);
      expect(snapshot.inactiveReason(ofFile)).toBeUndefined();
      expect(snapshot.inactiveReason(ofDatabase)).toBe(`an object of governance.files has the same ${field}`);
      expect(snapshot.find(kind, 'same')?.origin).toBe('file');
      expect(snapshot.find(kind, 'same_1')?.origin).toBe('file');
      // The loser has no effect.
      if (kind === 'Team') expect(snapshot.rulesFor({ team: 'other' }).refusal).toBe('unknown_team');
      if (kind === 'Application') {
        expect(snapshot.rulesFor({ application: 'other' }).refusal).toBe('unknown_application');
      }
      if (kind === 'CatalogEntry') expect([...snapshot.catalog.keys()]).toEqual(['same']);
      if (kind === 'Key') {
        expect(snapshot.findSecret(digestOf('of-database'))?.key.refusal).toBe('inactive');
        expect(snapshot.findSecret(digestOf('of-file'))?.key.refusal).toBeUndefined();
      }
      // It becomes active when the file no longer defines the object.
      await snapshot.replaceFiles([]);
      expect(snapshot.inactiveReason(ofDatabase)).toBeUndefined();
      if (kind === 'Team') expect(snapshot.rulesFor({ team: other.name }).refusal).toBeUndefined();
      if (kind === 'Key') expect(snapshot.findSecret(digestOf('of-database'))?.key.refusal).toBeUndefined();
    },
  );
});

describe('a parent that has a parent', () => {
  it.each([
    ['of the database', [], [team('top'), team('middle', 'top'), team('low', 'middle')]],
    ['of a file and the database', [team('low', 'middle', 'file')], [team('top'), team('middle', 'top')]],
    [
      'of the database and a file',
      [team('middle', 'top', 'file'), team('top', undefined, 'file')],
      [team('low', 'middle')],
    ],
  ])('%s refuses the callers of the child, which is shown as inactive', async (_title, files, database) => {
    const snapshot = await snapshotOf(files, database);
    expect(snapshot.rulesFor({ team: 'low' }).refusal).toBe('nested_team');
    expect(snapshot.rulesFor({ team: 'middle' }).refusal).toBeUndefined();
    expect(snapshot.inactiveReason(snapshot.team('low')!)).toContain("its parent 'middle' has the parent 'top'");
    expect(snapshot.inactiveReason(snapshot.team('middle')!)).toBeUndefined();
  });

  it('refuses callers from the change on, and no longer after its correction', async () => {
    const snapshot = await snapshotOf([], [team('top'), team('middle'), team('low', 'middle')]);
    const before = snapshot.rulesFor({ team: 'low' });
    expect(before.refusal).toBeUndefined();
    await snapshot.apply([{ kind: 'Team', id: 'team_middle', record: team('middle', 'top') }]);
    expect(before.isStale).toBe(true);
    expect(snapshot.rulesFor({ team: 'low' }).refusal).toBe('nested_team');
    await snapshot.apply([{ kind: 'Team', id: 'team_middle', record: team('middle') }]);
    expect(snapshot.rulesFor({ team: 'low' }).refusal).toBeUndefined();
  });
});
