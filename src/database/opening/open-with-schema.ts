import type { DatabaseConfig } from '../../config/gateway-config.ts';
import { openDatabase } from './open-database.ts';
import type { OpenDatabase } from '../connection/database-connection.ts';
import { DatabaseUnavailableError } from '../database-unavailable-error.ts';
import { migrate, readSchemaState } from '../migrations/migration-runner.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';

/**
 * Opens the database and brings its schema up to date, or checks it with `database.migrations: manual`. Throws what
 * `openDatabase` throws, and DatabaseUnavailableError for an old schema.
 */
export async function openWithSchema(config: DatabaseConfig): Promise<OpenDatabase> {
  const open = await openDatabase(config);
  try {
    if (config.migrations === 'start') await migrate(open, MIGRATIONS);
    else if ((await readSchemaState(open, MIGRATIONS)).pending.length > 0) throw new DatabaseUnavailableError('schema');
    return open;
  } catch (error) {
    await open.close();
    throw error;
  }
}
