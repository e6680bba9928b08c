import type { Kysely } from 'kysely';
import { storable } from '../../database/storable-text.ts';
import type { Tables } from '../../database/tables.ts';
import { createSalt } from './audit-chain.ts';
import { MAX_ROWS } from './record-rows.ts';

/** A principal of a verified token. */
export interface SeenPrincipal {
  id: string;
  issuer: string;
  subject: string;
  groups?: readonly string[];
  /** ISO 8601, UTC. */
  at: string;
  email?: string;
  name?: string;
}

/** Email and name of a principal. */
export interface PrincipalIdentity {
  email: string | null;
  name: string | null;
}

/** A role in addition to those of groups and tokens. */
export interface RoleAssignment {
  principalId: string;
  role: string;
  /** Id of the team of a team admin; empty for other roles. */
  teamId: string;
}

/**
 * Records principals of tokens: creates them, and updates last use, groups and identity. Needs no lock and raises no revision,
 * because no other replica depends on it. Later entries of the same principal take precedence.
 */
export async function recordPrincipals(db: Kysely<Tables>, seen: readonly SeenPrincipal[]): Promise<void> {
  // Every replica writes in the order of ids, so that two batches cannot wait for each other.
  const latest = [...new Map(seen.map((one) => [one.id, one])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (let start = 0; start < latest.length; start += MAX_ROWS) {
    const slice = latest.slice(start, start + MAX_ROWS);
    await upsertSeen(db, slice);
    await upsertIdentities(
      db,
      slice.filter(({ email, name }) => email !== undefined || name !== undefined),
    );
  }
}

/** Reads email and name of a principal. */
export async function readIdentity(db: Kysely<Tables>, principalId: string): Promise<PrincipalIdentity | undefined> {
  const query = db.selectFrom('principal_identity').select(['email', 'name']);
  return query.where('principal_id', '=', storable(principalId)).executeTakeFirst();
}

/** Reads the roles of one principal, or of all. */
export async function readRoles(db: Kysely<Tables>, principalId?: string): Promise<RoleAssignment[]> {
  let query = db.selectFrom('role_assignment').selectAll().orderBy('principal_id').orderBy('role').orderBy('team_id');
  if (principalId !== undefined) query = query.where('principal_id', '=', storable(principalId));
  const rows = await query.execute();
  return rows.map(({ principal_id, role, team_id }) => ({ principalId: principal_id, role, teamId: team_id }));
}

async function upsertSeen(db: Kysely<Tables>, seen: readonly SeenPrincipal[]): Promise<void> {
  const rows = seen.map(({ id, issuer, subject, groups, at }) => ({
    id,
    issuer: storable(issuer),
    subject: storable(subject),
    spec: '{}',
    groups: groups === undefined ? null : JSON.stringify(groups),
    version: 0,
    first_seen: at,
    last_seen: at,
  }));
  await db
    .insertInto('principal')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((row) => ({ groups: row.ref('excluded.groups'), last_seen: row.ref('excluded.last_seen') }))
        .whereRef('principal.last_seen', '<', 'excluded.last_seen'),
    )
    .execute();
}

async function upsertIdentities(db: Kysely<Tables>, seen: readonly SeenPrincipal[]): Promise<void> {
  if (seen.length === 0) return;
  const rows = seen.map(({ id, email, name }) => ({
    principal_id: id,
    email: email === undefined ? null : storable(email),
    name: name === undefined ? null : storable(name),
    salt: createSalt(),
  }));
  await db
    .insertInto('principal_identity')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('principal_id')
        .doUpdateSet((row) => ({ email: row.ref('excluded.email'), name: row.ref('excluded.name') })),
    )
    .execute();
}
