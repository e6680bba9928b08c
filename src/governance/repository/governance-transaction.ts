import type { Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { AuditEntry } from './audit-chain.ts';
import { appendToAudit } from './audit-writer.ts';
import { findRecord, readMentioning, readObjects, readPrincipals, type RecordPage } from './record-reader.ts';
import { removeRecords, writeRecords } from './record-writer.ts';
import { MAX_ROWS, slicesOf } from './record-rows.ts';
import type { GovernanceState } from './stored-change.ts';

/** The row that each change locks, as it is before the change. */
export interface LockedState extends GovernanceState {
  auditSequence: number;
  auditHash: string;
}

interface ChangedObject {
  kind: EntityKind;
  id: string;
  cut: boolean;
}

/**
 * A change of the governance under the lock of all changes. All of it takes effect at once and under one revision, or nothing.
 * Names and hashes are unique: a violation throws GovernanceConflictError.
 */
export class GovernanceTransaction {
  private readonly changed = new Map<string, ChangedObject>();
  private readonly entries: AuditEntry[] = [];

  constructor(
    private readonly transaction: Transaction<Tables>,
    /** The state before this change. */
    readonly before: LockedState,
    /** Time of the change, ISO 8601 UTC. */
    readonly at: string,
  ) {}

  /** Reads an object by name or id, with the earlier writes of this transaction. */
  find<Kind extends EntityKind>(kind: Kind, nameOrId: string): Promise<GovernanceRecord<Kind> | undefined> {
    return findRecord(this.transaction, kind, nameOrId);
  }

  /** Reads objects of all kinds but principals whose documents contain a text. `text` is a name, at most `limit` objects. */
  findMentioning(text: string, limit: number): Promise<GovernanceRecord[]> {
    return readMentioning(this.transaction, text, limit);
  }

  /** Reads a page of objects in the order of their ids, with the earlier writes of this transaction. */
  page(kind: EntityKind, page: RecordPage): Promise<GovernanceRecord[]> {
    return kind === 'Principal' ? readPrincipals(this.transaction, page, 1) : readObjects(this.transaction, kind, page);
  }

  /** Creates or replaces an object, found by its id. Returns it with its new version and its times. */
  async write<Record extends GovernanceRecord>(record: Record): Promise<Record> {
    const [written] = await this.writeAll([record]);
    return written!;
  }

  /** Creates or replaces many objects with few statements. Returns them in the same order. */
  async writeAll<Record extends GovernanceRecord>(records: readonly Record[]): Promise<Record[]> {
    const written: Record[] = [];
    for (const slice of slicesOf(records, MAX_ROWS)) {
      written.push(...(await writeRecords(this.transaction, slice, this.at)));
      for (const { kind, id } of slice) this.touch(kind, id);
    }
    return written;
  }

  /** Runs statements of another module, which take effect together with this change and its audit entries. */
  async include<T>(run: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    return run(this.transaction);
  }

  async remove(record: Pick<GovernanceRecord, 'kind' | 'id'>): Promise<void> {
    await this.removeAll([record]);
  }

  /** Removes many objects with few statements. */
  async removeAll(records: readonly Pick<GovernanceRecord, 'kind' | 'id'>[]): Promise<void> {
    for (const [kind, group] of Map.groupBy(records, (record) => record.kind)) {
      for (const slice of slicesOf(group, MAX_ROWS)) {
        const ids = slice.map(({ id }) => id);
        await removeRecords(this.transaction, kind, ids);
        for (const id of ids) this.touch(kind, id);
      }
    }
  }

  /** Ends the running requests of an object, too. Call it after `write`. */
  cut({ kind, id }: Pick<GovernanceRecord, 'kind' | 'id'>): void {
    this.changed.set(`${kind} ${id}`, { kind, id, cut: true });
  }

  async assignRole(principalId: string, role: string, teamId = ''): Promise<void> {
    await this.transaction
      .insertInto('role_assignment')
      .values({ principal_id: principalId, role, team_id: teamId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    this.touch('Principal', principalId);
  }

  async removeRole(principalId: string, role: string, teamId = ''): Promise<void> {
    await this.transaction
      .deleteFrom('role_assignment')
      .where('principal_id', '=', principalId)
      .where('role', '=', role)
      .where('team_id', '=', teamId)
      .execute();
    this.touch('Principal', principalId);
  }

  /** Deletes email, name and salt of a principal. Its id, limits and audit entries stay. */
  async eraseIdentity(principalId: string): Promise<void> {
    await this.transaction.deleteFrom('principal_identity').where('principal_id', '=', principalId).execute();
  }

  /** Adds an entry to the audit. It is written at the end of the transaction. */
  appendAudit(entry: AuditEntry): void {
    this.entries.push(entry);
  }

  /** Writes audit and revision. Returns the new state. `GovernanceRepository` calls it before the commit. */
  async finish(): Promise<GovernanceState> {
    const { auditHash, auditSequence, epoch, revision } = this.before;
    const head = await appendToAudit(
      this.transaction,
      { sequence: auditSequence, hash: auditHash },
      this.entries,
      this.at,
    );
    const next = revision + (this.changed.size > 0 ? 1 : 0);
    if (next === revision && this.entries.length === 0) return { epoch, revision };
    await this.writeChanges(next);
    await this.transaction
      .updateTable('governance_state')
      .set({ revision: next, audit_sequence: head.sequence, audit_hash: head.hash })
      .where('id', '=', 1)
      .execute();
    return { epoch, revision: next };
  }

  private async writeChanges(revision: number): Promise<void> {
    const rows = [...this.changed.values()].map(({ kind, id, cut }, position) => ({
      revision,
      position,
      kind,
      object_id: id,
      cut: cut ? 1 : 0,
      at: this.at,
    }));
    for (const slice of slicesOf(rows, MAX_ROWS)) {
      await this.transaction.insertInto('governance_change').values(slice).execute();
    }
  }

  private touch(kind: EntityKind, id: string): void {
    const key = `${kind} ${id}`;
    if (!this.changed.has(key)) this.changed.set(key, { kind, id, cut: false });
  }
}
