import type { AuthConfig } from '../../config/gateway-config.ts';
import { ConfigError } from '../../config/settings/config-error.ts';
import { FILE_KINDS } from '../documents/entity-kind.ts';
import { readGovernanceFiles } from './read-governance-files.ts';
import { unknownTeams } from './unknown-teams.ts';

/**
 * Reads the files as the gateway does at its start, and returns the number of objects of each kind as text. Throws a
 * ConfigError.
 */
export async function checkGovernanceFiles(
  patterns: readonly string[],
  { hasDatabase, auth }: { hasDatabase: boolean; auth: AuthConfig },
): Promise<string> {
  const { records } = await readGovernanceFiles(patterns, { hasDatabase });
  const count = (kind: string): number => records.filter((record) => record.kind === kind).length;
  const teams = new Set(records.flatMap(({ kind, name }) => (kind === 'Team' ? [name] : [])));
  const problems = hasDatabase ? [] : unknownTeams(auth, teams, patterns);
  if (problems.length > 0) throw new ConfigError('auth', problems);
  return FILE_KINDS.map((kind) => `${kind} ${count(kind)}`).join(', ');
}
