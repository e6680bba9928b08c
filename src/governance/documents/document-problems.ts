import type { Problem } from '../../config/settings/config-error.ts';
import type { BudgetDocument } from './budget-document.ts';
import { type EntityKind, PRINCIPAL_ID } from './entity-kind.ts';
import type { DocumentsByKind } from './governance-record.ts';
import type { KeyDocument } from './key-document.ts';
import type { TeamDocument } from './team-document.ts';

/** Maximum number of secrets of a key: the present one, and the next one during a rotation. */
export const MAX_SECRETS = 2;

/** Returns the problems that concern several fields of one document. */
export function documentProblems<Kind extends EntityKind>(kind: Kind, document: DocumentsByKind[Kind]): Problem[] {
  switch (kind) {
    case 'Key':
      return keyProblems(document as KeyDocument);
    case 'Budget':
      return budgetProblems(document as BudgetDocument);
    case 'Team':
      return teamProblems(document as TeamDocument);
    case 'Application':
    case 'Principal':
    case 'Override':
    case 'CatalogEntry':
      return [];
    default:
      return kind satisfies never;
  }
}

function teamProblems({ name, parent }: TeamDocument): Problem[] {
  return parent === name ? [{ path: 'parent', message: 'must be another team' }] : [];
}

function keyProblems({ id = '', secrets }: KeyDocument): Problem[] {
  if (PRINCIPAL_ID.test(id)) {
    const message = 'must not be the id of a principal, because stored responses belong to the caller with their id';
    return [{ path: 'id', message }];
  }
  if (secrets.length > MAX_SECRETS) {
    return [{ path: 'secrets', message: `must have at most ${MAX_SECRETS} entries; found ${secrets.length}` }];
  }
  const [first, second] = secrets;
  if (first === undefined || first.hash !== second?.hash) return [];
  return [{ path: 'secrets[1].hash', message: 'must be unique; secrets[0].hash has the same value' }];
}

function budgetProblems({ scope, timeZone, at = [] }: BudgetDocument): Problem[] {
  const problems: Problem[] = [];
  const scopes = Object.keys(scope);
  if (scopes.length !== 1) {
    const found = scopes.length === 0 ? 'none' : scopes.join(', ');
    const allowed = 'team, eachMemberOf, application, key, principal, default';
    problems.push({ path: 'scope', message: `must have exactly one of ${allowed}; found ${found}` });
  }
  if (!isTimeZone(timeZone)) {
    problems.push({ path: 'timeZone', message: 'must be a time zone of the IANA database such as Europe/Berlin' });
  }
  for (const [index, { percent }] of at.entries()) {
    const earlier = at.findIndex((threshold) => threshold.percent === percent);
    if (earlier === index) continue;
    problems.push({ path: `at[${index}].percent`, message: `must be unique; at[${earlier}] has the same value` });
  }
  return problems;
}

const knownTimeZones = new Set(['UTC']);

function isTimeZone(name: string): boolean {
  if (knownTimeZones.has(name)) return true;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  knownTimeZones.add(name);
  return true;
}
