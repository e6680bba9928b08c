import { Gauge, type Registry } from 'prom-client';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';
import type { Replica } from './replica.ts';

/** Registers the metrics of the snapshot. Without files and a database that define objects, none has a time series. */
export function registerSnapshotMetrics(
  registry: Registry,
  snapshot: () => GovernanceSnapshot | undefined,
  replica: () => Replica | undefined,
): void {
  const gauge = (name: string, help: string, value: (replica: Replica) => number): void => {
    const created = new Gauge({
      name: `outcrop_governance_${name}`,
      help,
      registers: [registry],
      collect() {
        const current = replica();
        if (current !== undefined) this.set(value(current));
      },
    });
    // A gauge without labels begins with a time series of zero.
    created.remove();
  };
  gauge(
    'snapshot_age_seconds',
    'Seconds since the snapshot was equal to the database; -1 without a snapshot.',
    (current) => (current.confirmedAt === 0 ? -1 : (Date.now() - current.confirmedAt) / 1000),
  );
  gauge('snapshot_revision', 'Revision of the database that the snapshot contains.', ({ revision }) => revision);
  gauge('snapshot_lag_revisions', 'Revisions that the database has and the snapshot does not.', ({ lag }) => lag);
  gauge(
    'snapshot_lag_seconds',
    'Seconds for which the database has had changes that the snapshot does not have; 0 if it has all of them.',
    (current) => current.lagSeconds(Date.now()),
  );
  registerObjectCounts(registry, snapshot);
}

function registerObjectCounts(registry: Registry, snapshot: () => GovernanceSnapshot | undefined): void {
  const objects = new Gauge({
    name: 'outcrop_governance_objects',
    help: 'Objects in the snapshot.',
    labelNames: ['kind', 'origin'],
    registers: [registry],
    collect: () => {
      for (const { kind, origin, count } of snapshot()?.counts ?? []) objects.set({ kind, origin }, count);
    },
  });
}
