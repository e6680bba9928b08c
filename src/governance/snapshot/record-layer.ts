import { ENTITY_KINDS, type EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { KeyEntry } from './key-entry.ts';
import { ShardedIndex } from './sharded-index.ts';

/** A record, or a key in its compact form. */
export type StoredRecord = Exclude<GovernanceRecord, GovernanceRecord<'Key'>> | KeyEntry;

interface KindIndex {
  readonly byId: ShardedIndex<StoredRecord>;
  readonly byName: ShardedIndex<StoredRecord>;
}

/** The objects of one origin, by id, name and digest of a secret. */
export class RecordLayer {
  /** Keys by the digest of each secret, as latin1 text. */
  readonly byDigest = new ShardedIndex<KeyEntry>((entry, digest) => entry.hasDigest(digest));
  private readonly kinds = new Map<EntityKind, KindIndex>(
    ENTITY_KINDS.map((kind) => [
      kind,
      {
        byId: new ShardedIndex<StoredRecord>((stored, id) => stored.id === id),
        byName: new ShardedIndex<StoredRecord>((stored, name) => stored.name === name),
      },
    ]),
  );

  byId(kind: EntityKind, id: string): StoredRecord | undefined {
    return this.kinds.get(kind)!.byId.get(id);
  }

  byName(kind: EntityKind, name: string): StoredRecord | undefined {
    return this.kinds.get(kind)!.byName.get(name);
  }

  all(kind: EntityKind): Generator<StoredRecord> {
    return this.kinds.get(kind)!.byId.values();
  }

  count(kind: EntityKind): number {
    return this.kinds.get(kind)!.byId.size;
  }

  /** Adds a record, or replaces the one with the same id. */
  set(record: GovernanceRecord): void {
    this.delete(record.kind, record.id);
    const stored = record.kind === 'Key' ? new KeyEntry(record) : record;
    const { byId, byName } = this.kinds.get(record.kind)!;
    byId.set(stored.id, stored);
    byName.set(stored.name, stored);
    if (stored instanceof KeyEntry) for (const digest of stored.secretDigests) this.byDigest.set(digest, stored);
  }

  /** Removes and returns the record with this id. */
  delete(kind: EntityKind, id: string): StoredRecord | undefined {
    const { byId, byName } = this.kinds.get(kind)!;
    const stored = byId.get(id);
    if (stored === undefined) return undefined;
    byId.delete(id);
    // Another object may have the name already if a revision renames both.
    if (byName.get(stored.name) === stored) byName.delete(stored.name);
    if (stored instanceof KeyEntry) {
      for (const digest of stored.secretDigests) {
        if (this.byDigest.get(digest) === stored) this.byDigest.delete(digest);
      }
    }
    return stored;
  }
}

/** Returns the record in its full form. */
export function fullRecord(stored: StoredRecord): GovernanceRecord {
  return stored instanceof KeyEntry ? stored.record : stored;
}
