import type { DatabaseConfig } from '../../config/gateway-config.ts';
import { parseDatabaseUrl } from '../../config/conflicts/database-location.ts';
import type { OpenDatabase } from '../connection/database-connection.ts';

/**
 * Opens the database of the settings, without a change of its schema. Throws an Error for a wrong `database.url`,
 * SqliteLockedError if another process uses the file, and DatabaseUnavailableError if the file cannot be opened.
 */
export async function openDatabase(config: DatabaseConfig): Promise<OpenDatabase> {
  const { caFile, maxConnections, password, timeoutMs, url = '' } = config;
  const location = locationOf(url);
  const limits = { timeoutMs };
  switch (location.dialect) {
    case 'sqlite': {
      const { openSqlite } = await import('../sqlite/sqlite-database.ts');
      return openSqlite(location.path, limits);
    }
    case 'postgres': {
      const { openPostgres } = await import('../postgres/postgres-database.ts');
      return openPostgres({ location, password, caFile, maxConnections }, limits);
    }
    default:
      return location satisfies never;
  }
}

function locationOf(url: string): ReturnType<typeof parseDatabaseUrl> {
  try {
    return parseDatabaseUrl(url);
  } catch (error) {
    throw new Error(`database.url ${(error as Error).message}`, { cause: error });
  }
}
