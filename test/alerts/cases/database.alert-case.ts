import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { type AlertCase, type AlertSurroundings, POD } from '../alert-case.ts';
import type { Settings } from '../../support/gateway-process.ts';

/** A change of the schema that no release knows, so that replicas see a revision and cannot read its changes. */
const HIDE_CHANGES =
  'alter table governance_change rename to hidden; update governance_state set revision = revision + 1';

/** Conditions of the database of teams and keys. */
export const cases: readonly AlertCase[] = [
  {
    name: 'database',
    condition: 'PostgreSQL crashes',
    alerts: { OutcropDatabaseUnavailable: { pod: POD }, OutcropSnapshotOld: { pod: POD } },
    traffic: 'none',
    needs: 'postgres',
    settings: withDatabase,
    async provoke({ postgres }) {
      await postgres!.server.kill();
      return () => postgres!.server.restart();
    },
  },
  {
    name: 'snapshot-lag',
    condition: 'the changes of a new revision cannot be read',
    alerts: { OutcropSnapshotLag: { pod: POD }, OutcropSnapshotOld: { pod: POD } },
    traffic: 'none',
    needs: 'postgres',
    settings: withDatabase,
    async provoke({ postgres }) {
      await postgres!.server.query(HIDE_CHANGES, postgres!.url);
      return async () => {
        await postgres!.server.query('alter table hidden rename to governance_change', postgres!.url);
      };
    },
  },
];

function withDatabase({ postgres }: AlertSurroundings): Settings {
  const keys = [{ name: 'platform', hash: hashApiKey('admin-key-of-the-alerts') }];
  return { database: { url: postgres!.url, timeoutMs: 1_000 }, admin: { enabled: true, keys } };
}
