import { governanceMigration } from './0001-governance.ts';
import { maintenanceMigration } from './0002-maintenance.ts';
import { ledgerMigration } from './0003-ledger.ts';
import { ledgerClosingMigration } from './0004-ledger-closing.ts';
import { ledgerRequestsMigration } from './0005-ledger-requests.ts';
import { ledgerExportMigration } from './0006-ledger-export.ts';
import { ledgerReconciliationMigration } from './0007-ledger-reconciliation.ts';
import type { Migration } from './migration.ts';

/** All changes of the schema, in their order. */
export const MIGRATIONS: readonly Migration[] = [
  governanceMigration,
  maintenanceMigration,
  ledgerMigration,
  ledgerClosingMigration,
  ledgerRequestsMigration,
  ledgerExportMigration,
  ledgerReconciliationMigration,
];
