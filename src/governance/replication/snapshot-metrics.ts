import { Gauge, type Registry } from 'prom-client';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';
import type { Replica } from './replica.ts';

/** Registers the metrics of the snapshot. They exist only where files or a database define objects. */
export function registerSnapshotMetrics(
  registry: Registry,
  snapshot: GovernanceSnapshot,
  replica: () => Replica | undefined,
): void {
  const gauge = (name: string, help: string, value: (replica: Replica) => number): Gauge =>
    new Gauge({
      name: `outcrop_governance_${name}`,
      help,
      registers: [registry],
      collect() {
        const current = replica();
        if (current !== undefined) this.set(value(current));
      },
    });
  gauge(
    'snapshot_age_seconds',
    'Seconds since the snapshot was equal to the database; -1 without a snapshot.',
    (current) => (current.confirmedAt === 0 ? -1 : (Date.now() - current.confirmedAt) / 1000),
  );
  gauge('snapshot_revision', 'Revision of the database that the snapshot contains.', ({ revision }) => revision);
  gauge('snapshot_lag_revisions', 'Revisions that the database has and the snapshot does not.', ({ lag }) => lag);
  registerObjectCounts(registry, snapshot);
}

function registerObjectCounts(registry: Registry, snapshot: GovernanceSnapshot): void {
  const objects = new Gauge({
    name: 'outcrop_governance_objects',
    help: 'Objects in the snapshot.',
    labelNames: ['kind', 'origin'],
    registers: [registry],
    collect: () => {
      for (const { kind, origin, count } of snapshot.counts) objects.set({ kind, origin }, count);
    },
  });
}
