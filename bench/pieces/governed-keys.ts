import { createHash } from 'node:crypto';
import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import { GovernanceSnapshot } from '../../src/governance/snapshot/governance-snapshot.ts';

/** Returns the secret of key `number` of `governedSnapshot`. */
export function governedSecret(number: number): string {
  return `sk-governed-${number}`;
}

/** Returns a snapshot with keys of the database that belong to one team. */
export async function governedSnapshot(keys: number): Promise<GovernanceSnapshot> {
  const snapshot = new GovernanceSnapshot();
  const records: GovernanceRecord[] = [
    {
      kind: 'Team',
      id: 'team_00000000000000000000',
      name: 'bench',
      document: { name: 'bench', models: ['claude-*'] },
      origin: 'database',
      version: 1,
    },
    ...Array.from({ length: keys }, (_, number) => keyRecord(number)),
  ];
  await snapshot.apply(records.map((record) => ({ kind: record.kind, id: record.id, record })));
  return snapshot;
}

function keyRecord(number: number): GovernanceRecord {
  const name = `key-${number}`;
  const hash = `sha256:${createHash('sha256').update(governedSecret(number)).digest('hex')}`;
  return {
    kind: 'Key',
    id: `key_${String(number).padStart(20, '0')}`,
    name,
    document: { name, team: 'bench', secrets: [{ hash }], state: 'active' },
    origin: 'database',
    version: 1,
  };
}
