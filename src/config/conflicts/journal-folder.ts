import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GatewayConfig } from '../gateway-config.ts';
import { parseDatabaseUrl } from './database-location.ts';

/** Returns the folder of the ledger's journal: the configured one, else beside the file of SQLite, else a temporary one. */
export function journalFolderOf({ database, ledger }: Pick<GatewayConfig, 'database' | 'ledger'>): string {
  if (ledger.journalFolder !== undefined) return ledger.journalFolder;
  const location = parseDatabaseUrl(database.url ?? '');
  return location.dialect === 'sqlite' ? join(dirname(location.path), 'ledger') : join(tmpdir(), 'outcrop-ledger');
}
