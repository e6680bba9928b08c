import { randomUUID } from 'node:crypto';
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { ColumnTypes, Migration } from './migration.ts';

/** Teams, applications, keys, principals, roles, catalog, budgets and overrides; the audit; the revision of all of them. */
export const governanceMigration: Migration = {
  number: 1,
  name: 'governance',
  async up(db, types) {
    await createObjects(db, types);
    await createPrincipals(db, types);
    await createAudit(db, types);
    await createRevision(db, types);
  },
};

async function createObjects(db: Kysely<unknown>, { text, number }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('governance_object')
    .addColumn('kind', text, required)
    .addColumn('id', text, required)
    .addColumn('name', text, required)
    .addColumn('spec', text, required)
    .addColumn('version', number, required)
    .addColumn('managed_by', text)
    .addColumn('created_at', text, required)
    .addColumn('updated_at', text, required)
    .addPrimaryKeyConstraint('governance_object_pk', ['kind', 'id'])
    .addUniqueConstraint('governance_object_name', ['kind', 'name'])
    .execute();
  await db.schema
    .createTable('key_secret')
    .addColumn('hash', text, (column) => column.primaryKey())
    .addColumn('key_id', text, required)
    .execute();
  await db.schema.createIndex('key_secret_key').on('key_secret').column('key_id').execute();
  await db.schema
    .createTable('key_use')
    .addColumn('key_id', text, (column) => column.primaryKey())
    .addColumn('last_used', text, required)
    .execute();
}

async function createPrincipals(db: Kysely<unknown>, { text, number }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('principal')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('issuer', text, required)
    .addColumn('subject', text, required)
    .addColumn('spec', text, required)
    .addColumn('groups', text)
    .addColumn('version', number, required)
    .addColumn('first_seen', text, required)
    .addColumn('last_seen', text, required)
    .execute();
  await db.schema
    .createTable('principal_identity')
    .addColumn('principal_id', text, (column) => column.primaryKey())
    .addColumn('email', text)
    .addColumn('name', text)
    .addColumn('salt', text, required)
    .execute();
  await db.schema
    .createTable('role_assignment')
    .addColumn('principal_id', text, required)
    .addColumn('role', text, required)
    .addColumn('team_id', text, required)
    .addPrimaryKeyConstraint('role_assignment_pk', ['principal_id', 'role', 'team_id'])
    .execute();
}

async function createAudit(db: Kysely<unknown>, { text, number }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('audit_entry')
    .addColumn('sequence', number, (column) => column.primaryKey())
    .addColumn('previous_hash', text, required)
    .addColumn('hash', text, required)
    .addColumn('at', text, required)
    .addColumn('actor', text, required)
    .addColumn('action', text, required)
    .addColumn('object_kind', text)
    .addColumn('object_id', text)
    .addColumn('before', text)
    .addColumn('after', text)
    .addColumn('details', text)
    .execute();
  await db.schema
    .createIndex('audit_entry_object')
    .on('audit_entry')
    .columns(['object_kind', 'object_id', 'sequence'])
    .execute();
  await db.schema
    .createTable('audit_checkpoint')
    .addColumn('sequence', number, (column) => column.primaryKey())
    .addColumn('hash', text, required)
    .addColumn('at', text, required)
    .execute();
}

async function createRevision(db: Kysely<unknown>, { text, number }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('governance_state')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('epoch', text, required)
    .addColumn('revision', number, required)
    .addColumn('audit_sequence', number, required)
    .addColumn('audit_hash', text, required)
    .addColumn('trimmed_revision', number, required)
    .execute();
  await db.schema
    .createTable('governance_change')
    .addColumn('revision', number, required)
    .addColumn('position', number, required)
    .addColumn('kind', text, required)
    .addColumn('object_id', text, required)
    .addColumn('cut', number, (column) => column.notNull().defaultTo(0))
    .addColumn('at', text, required)
    .addPrimaryKeyConstraint('governance_change_pk', ['revision', 'position'])
    .execute();
  const empty = { revision: 0, audit_sequence: 0, audit_hash: '', trimmed_revision: 0 };
  await (db as Kysely<{ governance_state: Record<string, unknown> }>)
    .insertInto('governance_state')
    .values({ id: 1, epoch: randomUUID(), ...empty })
    .execute();
}

type ColumnBuilder = Parameters<NonNullable<Parameters<CreateTableBuilder<string>['addColumn']>[2]>>[0];

function required(column: ColumnBuilder): ColumnBuilder {
  return column.notNull();
}
