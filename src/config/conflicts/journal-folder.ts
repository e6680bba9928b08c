import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayConfig } from '../gateway-config.ts';
import { parseDatabaseUrl } from './database-location.ts';

const FOLDER_HASH_LENGTH = 12;

/**
 * Returns the folder of the ledger's journal: the configured one, else beside the file of SQLite, else a temporary one. Gateways
 * with other databases have other folders, because a gateway writes the rows of ended processes to its database.
 */
export function journalFolderOf({ database, ledger }: Pick<GatewayConfig, 'database' | 'ledger'>): string {
  if (ledger.journalFolder !== undefined) return ledger.journalFolder;
  const location = parseDatabaseUrl(database.url ?? '');
  if (location.dialect === 'sqlite') return `${location.path}.ledger`;
  const identity = `${location.host}:${location.port}/${location.database}`;
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, FOLDER_HASH_LENGTH);
  return join(tmpdir(), `outcrop-ledger-${hash}`);
}
