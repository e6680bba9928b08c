import type { GatewayConfig } from '../gateway-config.ts';
import type { Problem } from '../settings/config-error.ts';
import { type DatabaseLocation, parseDatabaseUrl } from './database-location.ts';

/** Returns the problems between the settings of `database` and `ledger`. No message contains a URL or a password. */
export function databaseConflicts({ database, ledger }: GatewayConfig): Problem[] {
  const { caFile, password, url } = database;
  if (typeof url !== 'string') {
    const orphans = {
      'database.password': password,
      'database.caFile': caFile,
      'ledger.enabled': ledger.enabled,
      'ledger.export.url': ledger.export.url,
    };
    return Object.entries(orphans).flatMap(([path, value]) =>
      value === undefined || value === false ? [] : [{ path, message: 'needs database.url' }],
    );
  }
  let location: DatabaseLocation;
  try {
    location = parseDatabaseUrl(url);
  } catch (error) {
    return [{ path: 'database.url', message: (error as Error).message }];
  }
  const problems =
    location.dialect === 'sqlite' ? sqliteProblems(database) : passwordProblems(location.password, password);
  return [...problems, ...exportProblems(ledger)];
}

function sqliteProblems({ caFile, password }: GatewayConfig['database']): Problem[] {
  return Object.entries({ password, caFile }).flatMap(([name, value]) =>
    value === undefined ? [] : [{ path: `database.${name}`, message: 'has no effect on SQLite; remove it' }],
  );
}

function passwordProblems(inUrl: string | undefined, setting: string | undefined): Problem[] {
  if (inUrl === undefined || setting === undefined) return [];
  return [{ path: 'database.password', message: 'must not be set if database.url contains a password' }];
}

function exportProblems({ enabled, export: { encryption, kmsKey, url } }: GatewayConfig['ledger']): Problem[] {
  const problems: Problem[] = [];
  if (url !== undefined && enabled === false) {
    problems.push({ path: 'ledger.export.url', message: 'needs the ledger: remove ledger.enabled: false' });
  }
  if (kmsKey !== undefined && encryption !== 'aws:kms') {
    problems.push({ path: 'ledger.export.kmsKey', message: 'needs ledger.export.encryption: aws:kms' });
  }
  return problems;
}
