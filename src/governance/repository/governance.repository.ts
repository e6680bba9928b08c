import { Injectable } from '@nestjs/common';
import type { Kysely } from 'kysely';
import { DatabaseService } from '../../database/database.service.ts';
import type { Tables } from '../../database/tables.ts';
import type { EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import type { ChainedEntry } from './audit-chain.ts';
import { type AuditQuery, type AuditVerdict, readAudit, readAuditHead, verifyAudit } from './audit-reader.ts';
import type { AuditHead } from './audit-writer.ts';
import { readChanges } from './change-reader.ts';
import { GovernanceTransaction } from './governance-transaction.ts';
import { lockState } from './lock-state.ts';
import {
  type PrincipalIdentity,
  readIdentity,
  readRoles,
  recordPrincipals,
  type RoleAssignment,
  type SeenPrincipal,
} from './principal-store.ts';
import { findRecord, type PageReader, readObjects, readPrincipals, type RecordPage } from './record-reader.ts';
import { MAX_ROWS, OBJECT_KINDS, slicesOf } from './record-rows.ts';
import type { ChangesSince, GovernanceState } from './stored-change.ts';

/** Objects that are read at a time. */
const READ_SLICE = 1_000;
/**
 * Teams, applications, keys, principals, roles, catalog and audit in the database. Every method throws
 * DatabaseUnavailableError if the database cannot be used, and never waits longer than `database.timeoutMs` for a statement.
 */
@Injectable()
export class GovernanceRepository {
  constructor(private readonly database: DatabaseService) {}

  /** True if `database.url` is set. */
  get isConfigured(): boolean {
    return this.database.isConfigured;
  }

  /** Reads epoch and revision: one row, as often as replicas want. */
  async state(): Promise<GovernanceState> {
    const row = await this.database.query((db) =>
      db.selectFrom('governance_state').select(['epoch', 'revision']).where('id', '=', 1).executeTakeFirstOrThrow(),
    );
    return { epoch: row.epoch, revision: Number(row.revision) };
  }

  /**
   * Reads all objects in slices, of one kind or of all. Principals are included if an administrator has changed them. Changes
   * during the read may be missing: read `state()` before and `changesSince` that state afterwards.
   */
  async *readAll(kind?: EntityKind): AsyncGenerator<GovernanceRecord[], void, undefined> {
    const kinds: readonly EntityKind[] = kind === undefined ? [...OBJECT_KINDS, 'Principal'] : [kind];
    for (const each of kinds) {
      let after = '';
      for (;;) {
        const page = { after, limit: READ_SLICE };
        const slice = await this.database.query((db) =>
          each === 'Principal' ? readPrincipals(db, page, 1) : readObjects(db, each, page),
        );
        if (slice.length > 0) yield slice;
        if (slice.length < READ_SLICE) break;
        after = slice.at(-1)!.id;
      }
    }
  }

  /** Reads a page in the order of ids. Principals include those that no administrator has changed. */
  async page(kind: EntityKind, page: RecordPage): Promise<GovernanceRecord[]> {
    return this.database.query((db) =>
      kind === 'Principal' ? readPrincipals(db, page, 0) : readObjects(db, kind, page),
    );
  }

  /** Runs reads of objects, all of the same state, without the lock of changes. `run` may run twice. */
  async readState<T>(run: (readPage: PageReader) => Promise<T>): Promise<T> {
    return this.database.transaction(
      (transaction) => run((kind, page) => readObjects(transaction, kind, page)),
      'snapshot',
    );
  }

  /** Reads what changed after a state, each object once and as it is now. */
  async changesSince(state: GovernanceState): Promise<ChangesSince> {
    return this.database.transaction((transaction) => readChanges(transaction, state), 'snapshot');
  }

  /** Reads an object by name or id. */
  async find<Kind extends EntityKind>(kind: Kind, nameOrId: string): Promise<GovernanceRecord<Kind> | undefined> {
    return this.database.query((db) => findRecord(db, kind, nameOrId));
  }

  /**
   * Runs a change under the lock of all changes, so that revisions are committed in their order. All writes take effect with the
   * end of `run`, or none if it throws. Returns the result of `run` and the new state.
   */
  async change<T>(run: (change: GovernanceTransaction) => Promise<T>): Promise<{ result: T; state: GovernanceState }> {
    return this.database.transaction(async (transaction) => {
      const before = await lockState(transaction);
      const change = new GovernanceTransaction(transaction, before, new Date().toISOString());
      const result = await run(change);
      return { result, state: await change.finish() };
    });
  }

  /** Records principals of verified tokens. Idempotent. */
  async recordPrincipals(seen: readonly SeenPrincipal[]): Promise<void> {
    await this.database.transaction((transaction) => recordPrincipals(transaction, seen));
  }

  async identity(principalId: string): Promise<PrincipalIdentity | undefined> {
    return this.database.query((db) => readIdentity(db, principalId));
  }

  /** Reads the assigned roles of one principal, or of all. */
  async roles(principalId?: string): Promise<RoleAssignment[]> {
    return this.database.query((db) => readRoles(db, principalId));
  }

  /** Records the day on which keys were last used. `day` is `YYYY-MM-DD`, UTC. */
  async recordKeyUse(keyIds: readonly string[], day: string): Promise<void> {
    const rows = [...new Set(keyIds)].sort().map((key_id) => ({ key_id, last_used: day }));
    for (const slice of slicesOf(rows, MAX_ROWS)) await this.database.query((db) => upsertKeyUse(db, slice));
  }

  /** Reads the day of the last use of keys, by id. */
  async keyUse(keyIds: readonly string[]): Promise<Map<string, string>> {
    const days = new Map<string, string>();
    for (const slice of slicesOf(keyIds, MAX_ROWS)) {
      const rows = await this.database.query((db) =>
        db.selectFrom('key_use').selectAll().where('key_id', 'in', slice).execute(),
      );
      for (const { key_id, last_used } of rows) days.set(key_id, last_used);
    }
    return days;
  }

  async audit(query: AuditQuery): Promise<ChainedEntry[]> {
    return this.database.query((db) => readAudit(db, query));
  }

  async auditHead(): Promise<AuditHead> {
    return this.database.query(readAuditHead);
  }

  /** Checks the whole audit in slices. */
  async verifyAudit(): Promise<AuditVerdict> {
    return verifyAudit((run) => this.database.query(run));
  }
}

async function upsertKeyUse(db: Kysely<Tables>, rows: readonly { key_id: string; last_used: string }[]): Promise<void> {
  await db
    .insertInto('key_use')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('key_id')
        .doUpdateSet((row) => ({ last_used: row.ref('excluded.last_used') }))
        .whereRef('key_use.last_used', '<', 'excluded.last_used'),
    )
    .execute();
}
