import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import { ENTITY_KINDS, type EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { CallerRules, RulesOwners } from './caller-rules.ts';
import { hasEnded } from './ended-callers.ts';
import { KeyEntry } from './key-entry.ts';
import { resolveSecrets } from './resolve-secrets.ts';
import type { SecretLookup } from './resolved-key.ts';
import { fullRecord, RecordLayer, type StoredRecord } from './record-layer.ts';
import { RulesCache } from './rules-cache.ts';
import type { KeyPrecedence, RecordChange, RecordCount, SnapshotChange } from './snapshot-change.ts';

/**
 * All objects of the governance in memory, from files and from the database. Objects of files take precedence. Reads are
 * synchronous; changes are applied in slices of a few milliseconds.
 */
export class GovernanceSnapshot {
  private files = new RecordLayer();
  private database = new RecordLayer();
  private readonly listeners = new Set<(change: SnapshotChange) => void>();
  private readonly rules = new RulesCache({
    team: (name) => this.active('Team', name),
    application: (name) => this.active('Application', name),
    principal: (id) => this.find('Principal', id),
  });
  private precedence: KeyPrecedence = () => undefined;
  private catalogEntries?: ReadonlyMap<string, GovernanceRecord<'CatalogEntry'>>;
  /** Incremented by changes that may concern every key. */
  private generation = 0;

  /** Returns the key with this SHA-256 digest of a secret. Resolves the key at its first use. */
  findSecret(digest: Buffer): SecretLookup | undefined {
    const text = digest.toString('latin1');
    const entry = this.files.byDigest.get(text) ?? this.database.byDigest.get(text);
    if (entry === undefined) return undefined;
    const known = entry.lookups;
    const isCurrent = known?.[0]?.key.generation === this.generation && !known[0].key.rules.isStale;
    const lookups = isCurrent ? known : this.resolve(entry);
    return lookups.length === 1 ? lookups[0] : lookups.find((lookup) => lookup.digest.equals(digest));
  }

  /** Returns the rules of a team, an application and a principal, e.g. for a caller with a token. Valid until `isStale`. */
  rulesFor(owners: RulesOwners): CallerRules {
    return this.rules.rulesFor(owners);
  }

  /** Returns the same frozen array for equal lists of models. */
  shareModels(models: readonly string[]): readonly string[] {
    return this.rules.share(models);
  }

  /** Returns the object with this name or id. An object of a file takes precedence. */
  find<Kind extends EntityKind>(kind: Kind, nameOrId: string): GovernanceRecord<Kind> | undefined {
    const stored =
      this.files.byName(kind, nameOrId) ??
      this.files.byId(kind, nameOrId) ??
      this.database.byName(kind, nameOrId) ??
      this.database.byId(kind, nameOrId);
    return stored && (fullRecord(stored) as GovernanceRecord<Kind>);
  }

  team(nameOrId: string): GovernanceRecord<'Team'> | undefined {
    return this.find('Team', nameOrId);
  }

  application(nameOrId: string): GovernanceRecord<'Application'> | undefined {
    return this.find('Application', nameOrId);
  }

  principal(id: string): GovernanceRecord<'Principal'> | undefined {
    return this.find('Principal', id);
  }

  /** The active catalog entries by model. A change creates a new map. */
  get catalog(): ReadonlyMap<string, GovernanceRecord<'CatalogEntry'>> {
    this.catalogEntries ??= new Map(
      [...this.records('CatalogEntry')]
        .filter((record) => this.inactiveReason(record) === undefined)
        .map((record) => [record.name, record]),
    );
    return this.catalogEntries;
  }

  /** Yields all objects of a kind, those of files first, including inactive ones. */
  *records<Kind extends EntityKind>(kind: Kind): Generator<GovernanceRecord<Kind>> {
    for (const layer of [this.files, this.database]) {
      for (const stored of layer.all(kind)) yield fullRecord(stored) as GovernanceRecord<Kind>;
    }
  }

  /** Yields all objects of the database. */
  *databaseRecords(): Generator<GovernanceRecord> {
    for (const kind of ENTITY_KINDS) for (const stored of this.database.all(kind)) yield fullRecord(stored);
  }

  /** Returns the reason for which an object has no effect: another one with its id, name or hash takes precedence. */
  inactiveReason(record: GovernanceRecord): string | undefined {
    if (record.kind === 'Key') return this.inactiveKeyReason(new KeyEntry(record));
    return this.clash(record) ?? this.nesting(record);
  }

  /** The number of objects by kind and origin. */
  get counts(): RecordCount[] {
    return ENTITY_KINDS.flatMap((kind) => [
      { kind, origin: 'file' as const, count: this.files.count(kind) },
      { kind, origin: 'database' as const, count: this.database.count(kind) },
    ]);
  }

  /** Sets which keys of `auth` take precedence over those of the snapshot. Call it again when they have changed. */
  setPrecedence(precedence: KeyPrecedence): void {
    this.precedence = precedence;
    this.generation += 1;
  }

  /** Applies changes of the database, in slices. Listeners are called after the last one. */
  async apply(changes: readonly RecordChange[]): Promise<void> {
    const pause = new EventLoopPause();
    for (const change of changes) {
      this.applyOne(change);
      if (pause.isDue()) await pause.take();
    }
    this.emit({ changes });
  }

  /** Replaces all objects of the database. Until the last slice, the former ones are in effect. */
  async replaceDatabase(slices: RecordSlices): Promise<void> {
    const next = await layerOf(slices);
    const former = this.database;
    this.database = next;
    this.everythingChanged((id) => hasEnded(id, former, next));
  }

  /** Replaces all objects of `governance.files`. */
  async replaceFiles(records: readonly GovernanceRecord[]): Promise<void> {
    this.files = await layerOf([records]);
    this.everythingChanged();
  }

  /** Adds a listener that is called after each change. Returns a function that removes it. */
  onChange(listener: (change: SnapshotChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private applyOne({ kind, id, record }: RecordChange): void {
    const former = this.database.byId(kind, id);
    if (record === undefined) this.database.delete(kind, id);
    else this.database.set(record);
    if (kind === 'CatalogEntry') this.catalogEntries = undefined;
    if (kind !== 'Team' && kind !== 'Application' && kind !== 'Principal') return;
    for (const name of new Set([former?.name, record?.name])) if (name !== undefined) this.rules.changed(kind, name);
  }

  private everythingChanged(isCut?: (id: string) => boolean): void {
    this.generation += 1;
    this.catalogEntries = undefined;
    this.rules.clear();
    this.emit({ all: true, ...(isCut && { isCut }) });
  }

  private emit(change: SnapshotChange): void {
    for (const listener of this.listeners) listener(change);
  }

  /** Returns the object with this name that is in effect. */
  private active<Kind extends 'Team' | 'Application'>(kind: Kind, name: string): GovernanceRecord<Kind> | undefined {
    const ofFile = this.files.byName(kind, name);
    const stored = ofFile ?? this.database.byName(kind, name);
    if (stored === undefined || (ofFile === undefined && this.clash(stored) !== undefined)) return undefined;
    return fullRecord(stored) as GovernanceRecord<Kind>;
  }

  private resolve(entry: KeyEntry): readonly SecretLookup[] {
    const lookups = resolveSecrets(entry, {
      generation: this.generation,
      rules: this.rules,
      isInactive: this.inactiveKeyReason(entry) !== undefined,
    });
    entry.lookups = lookups;
    return lookups;
  }

  private inactiveKeyReason(entry: KeyEntry): string | undefined {
    const digests = entry.secretDigests;
    const reserved = this.precedence(
      entry.name,
      digests.map((digest) => Buffer.from(digest, 'latin1')),
      entry.id,
    );
    if (reserved !== undefined) return reserved;
    const sameHash = entry.origin === 'database' && digests.some((digest) => this.files.byDigest.has(digest));
    return sameHash ? 'a key of governance.files has the same hash' : this.clash(entry);
  }

  /** Returns the reason for a team on a third level, which separate changes of files and database can create. */
  private nesting(record: GovernanceRecord): string | undefined {
    const name = record.kind === 'Team' ? record.document.parent : undefined;
    const parent = name === undefined ? undefined : this.active('Team', name)?.document.parent;
    return parent === undefined
      ? undefined
      : `its parent '${name}' has the parent '${parent}'; only one level is allowed`;
  }

  private clash({ kind, id, name, origin }: StoredRecord): string | undefined {
    if (origin === 'file') return undefined;
    if (this.files.byName(kind, name) !== undefined) return 'an object of governance.files has the same name';
    return this.files.byId(kind, id) === undefined ? undefined : 'an object of governance.files has the same id';
  }
}

/** Objects in slices, each of which is read without a pause. */
type RecordSlices = AsyncIterable<readonly GovernanceRecord[]> | Iterable<readonly GovernanceRecord[]>;

async function layerOf(slices: RecordSlices): Promise<RecordLayer> {
  const layer = new RecordLayer();
  const pause = new EventLoopPause();
  for await (const slice of slices) {
    for (const record of slice) {
      layer.set(record);
      if (pause.isDue()) await pause.take();
    }
  }
  return layer;
}
