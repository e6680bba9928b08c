import type { Problem } from '../../config/settings/config-error.ts';
import type { BudgetScopeDocument } from './budget-document.ts';
import type { EntityKind } from './entity-kind.ts';
import type { GovernanceRecord } from './governance-record.ts';

/** Finds an object by its name, among the objects that hold after a change. */
export type RecordLookup = <Kind extends EntityKind>(kind: Kind, name: string) => GovernanceRecord<Kind> | undefined;

/** Returns the problems of the references of an object to others. Paths are within its document. */
export function referenceProblems(record: GovernanceRecord, find: RecordLookup): Problem[] {
  switch (record.kind) {
    case 'Team':
      return parentProblems(record, find);
    case 'Application':
      return missing('Team', record.document.team, 'team', find);
    case 'Key':
      return keyReferenceProblems(record, find);
    case 'Budget':
      return scopeProblems(record.document.scope, find);
    case 'Override':
      return missing('Budget', record.document.budget, 'budget', find);
    case 'CatalogEntry':
      return (record.document.teams ?? []).flatMap((name, index) => missing('Team', name, `teams[${index}]`, find));
    case 'Principal':
      return [];
    default:
      return record satisfies never;
  }
}

function parentProblems({ document }: GovernanceRecord<'Team'>, find: RecordLookup): Problem[] {
  const { parent } = document;
  if (parent === undefined) return [];
  const found = find('Team', parent);
  if (found === undefined) return missing('Team', parent, 'parent', find);
  if (found.document.parent === undefined) return [];
  const message = `must be a team without a parent; '${parent}' has the parent '${found.document.parent}'`;
  return [{ path: 'parent', message }];
}

function keyReferenceProblems({ document }: GovernanceRecord<'Key'>, find: RecordLookup): Problem[] {
  const { team, application } = document;
  const problems = team === undefined ? [] : missing('Team', team, 'team', find);
  if (application === undefined) return problems;
  const found = find('Application', application);
  if (found === undefined) return [...problems, ...missing('Application', application, 'application', find)];
  if (team === undefined || found.document.team === team) return problems;
  const message = `must be an application of the team '${team}'; '${application}' belongs to '${found.document.team}'`;
  return [...problems, { path: 'application', message }];
}

function scopeProblems(scope: BudgetScopeDocument, find: RecordLookup): Problem[] {
  const { team, eachMemberOf, application, key } = scope;
  return [
    ...(team === undefined ? [] : missing('Team', team, 'scope.team', find)),
    ...(eachMemberOf === undefined ? [] : missing('Team', eachMemberOf, 'scope.eachMemberOf', find)),
    ...(application === undefined ? [] : missing('Application', application, 'scope.application', find)),
    ...(key === undefined ? [] : missing('Key', key, 'scope.key', find)),
  ];
}

function missing(kind: EntityKind, name: string, path: string, find: RecordLookup): Problem[] {
  if (find(kind, name) !== undefined) return [];
  return [{ path, message: `must be the name of an existing object of the kind ${kind}; '${name}' does not exist` }];
}
