import type { ModelRegistryService } from '../../models/model-registry.service.ts';
import type { CatalogEntry } from '../../models/types/catalog-entry.ts';
import type { GovernanceSnapshot } from './governance-snapshot.ts';
import type { SnapshotChange } from './snapshot-change.ts';

/**
 * Passes the catalog entries of a snapshot to the models, at once and after each change. A new catalog of models costs a few
 * milliseconds, so changes of one turn of the event loop are passed together.
 */
export class CatalogFeed {
  private readonly snapshot: GovernanceSnapshot;
  private readonly models: Pick<ModelRegistryService, 'update'>;
  private readonly stopListening: () => void;
  private waiting?: NodeJS.Immediate;
  /** The last entries, as JSON. Initially no entries. */
  private passed = '[]';

  constructor(snapshot: GovernanceSnapshot, models: Pick<ModelRegistryService, 'update'>) {
    this.snapshot = snapshot;
    this.models = models;
    this.stopListening = snapshot.onChange((change) => {
      if (concernsCatalog(change)) this.waiting ??= setImmediate(() => this.pass());
    });
    this.pass();
  }

  /** Ends the feed. The models keep the last entries. */
  close(): void {
    this.stopListening();
    clearImmediate(this.waiting);
  }

  private pass(): void {
    this.waiting = undefined;
    const catalogEntries = catalogEntriesOf(this.snapshot);
    const text = JSON.stringify(catalogEntries);
    if (text === this.passed) return;
    this.passed = text;
    this.models.update({ catalogEntries });
  }
}

/** Returns the active entries of the catalog. The teams of an entry include the children of each team. */
export function catalogEntriesOf(snapshot: GovernanceSnapshot): readonly CatalogEntry[] {
  const records = [...snapshot.catalog.values()];
  const needsTeams = records.some(({ document }) => document.teams !== undefined);
  const children = needsTeams ? childrenByTeam(snapshot) : new Map<string, string[]>();
  return records.map(({ document: { model, state, teams, end, successor } }) => ({
    model,
    state,
    ...(teams && { teams: teams.flatMap((team) => [team, ...(children.get(team) ?? [])]) }),
    ...(end !== undefined && { end }),
    ...(successor !== undefined && { successor }),
  }));
}

function childrenByTeam(snapshot: GovernanceSnapshot): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const { name, document } of snapshot.records('Team')) {
    if (document.parent === undefined) continue;
    const others = children.get(document.parent);
    if (others === undefined) children.set(document.parent, [name]);
    else others.push(name);
  }
  return children;
}

function concernsCatalog(change: SnapshotChange): boolean {
  return change.all === true || change.changes.some(({ kind }) => kind === 'CatalogEntry' || kind === 'Team');
}
