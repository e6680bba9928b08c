import { permissionDenied } from '../../../errors/errors.ts';
import type { GovernanceRecord } from '../../documents/governance-record.ts';
import type { Administrator } from '../administrator.ts';
import { outsideTeam } from '../administration-errors.ts';

/** Fields that give access beyond the team: usage of every key, traces, and capacity. */
const FIELDS_OF_ADMINS = ['metrics', 'traceContent', 'capacityClass', 'actsFor'] as const;

/** Returns true if the caller may read an object. */
export function mayRead({ role, team, principal }: Administrator, record: GovernanceRecord): boolean {
  switch (role) {
    case 'admin':
    case 'auditor':
      return true;
    case 'team-admin':
      if (record.kind === 'CatalogEntry') return true;
      return team !== undefined && (record.kind === 'Team' ? record.name : teamOf(record)) === team;
    case 'member':
      return record.kind === 'Key' && principal !== undefined && record.document.owner === principal;
    default:
      return role satisfies never;
  }
}

/**
 * Throws GatewayError 403 if the caller may not write an object. `former` is the object before the change. The role table has
 * admitted the route already.
 */
export function checkMayWrite(administrator: Administrator, record: GovernanceRecord, former?: GovernanceRecord): void {
  const { role, team } = administrator;
  if (role === 'admin' || role === 'member') return;
  if (role !== 'team-admin' || team === undefined) throw permissionDenied('The role auditor changes nothing.');
  if (teamOf(record) !== team || (former !== undefined && teamOf(former) !== team)) throw outsideTeam(team, 'team');
  const fields = record.document as unknown as Partial<Record<string, unknown>>;
  const before = (former?.document ?? {}) as unknown as Partial<Record<string, unknown>>;
  for (const field of FIELDS_OF_ADMINS) {
    if (fields[field] === before[field]) continue;
    throw permissionDenied(`Only the role admin may change ${field}.`, field);
  }
}

function teamOf({ kind, document }: GovernanceRecord): string | undefined {
  if (kind !== 'Application' && kind !== 'Key') return undefined;
  return document.team;
}
