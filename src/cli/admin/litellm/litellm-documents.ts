import type { DocumentFields } from '../document-options.ts';
import { keyDocument } from './import-keys.ts';
import { ImportNames, ImportNotes } from './import-notes.ts';
import { type LiteLlmRow, type LiteLlmRows, textColumn } from './litellm-rows.ts';
import { budgetDocument, limitFields, metadataFields, modelFields } from './shared-fields.ts';

/** Governance documents of a dump of LiteLLM, and what could not be mapped. */
export interface LiteLlmDocuments {
  readonly documents: readonly Readonly<DocumentFields>[];
  readonly notes: readonly string[];
}

const UNMAPPED_OF_TEAMS = [
  'admins',
  'members',
  'members_with_roles',
  'model_max_budget',
  'router_settings',
  'team_member_permissions',
  'access_group_ids',
  'policies',
  'default_team_member_models',
  'budget_limits',
  'model_id',
  'object_permission_id',
];
const UNMAPPED_OF_PROJECTS = ['model_rpm_limit', 'model_tpm_limit', 'object_permission_id'];

/**
 * Maps teams to teams, projects to applications, keys to keys with the same secrets, and budgets to budgets. `now` in milliseconds
 * decides which keys have expired. A blocked key, and one that may use other routes only, is disabled. Budgets and token limits do
 * not disable a key.
 */
export function liteLlmDocuments(rows: LiteLlmRows, now: number): LiteLlmDocuments {
  const notes = new ImportNotes();
  const budgets = new Map(rows.budgets.map((row) => [textColumn(row, 'budget_id') ?? '', row]));
  const blocked = blockedIds(rows);
  const documents: DocumentFields[] = [];
  const add = (document: DocumentFields, row: LiteLlmRow, scope: 'team' | 'application' | 'key') => {
    const name = document.name as string;
    const budget = budgets.get(textColumn(row, 'budget_id') ?? '');
    const target = { name: `${scope}-${name}`.slice(0, 64), scope: { [scope]: name }, object: `${scope} ${name}` };
    const amount = budgetDocument(row, budget, target, notes);
    documents.push(document, ...(amount === undefined ? [] : [amount]));
    if (textColumn(row, 'budget_id') !== undefined && budget === undefined) {
      notes.add(target.object, 'its row of LiteLLM_BudgetTable is not in the dump');
    }
  };
  const teams = new Map<string, string>();
  const teamNames = new ImportNames(notes);
  for (const row of rows.teams) {
    const document = teamDocument(row, teamNames, notes);
    teams.set(textColumn(row, 'team_id') ?? '', document.name);
    add(document, row, 'team');
  }
  const projects = new Map<string, { name: string; team: string }>();
  const projectNames = new ImportNames(notes);
  for (const row of rows.projects) {
    const document = applicationDocument(row, { teams, budgets }, projectNames, notes);
    if (document === undefined) continue;
    projects.set(textColumn(row, 'project_id') ?? '', document);
    add(document, row, 'application');
  }
  const keyNames = new ImportNames(notes);
  const references = { teams, projects, blocked, budgets, formerSecrets: formerSecrets(rows), now };
  for (const row of rows.keys) {
    const document = keyDocument(row, references, keyNames, notes);
    if (document !== undefined) add(document, row, 'key');
  }
  noteWithoutEffect(documents, notes);
  return { documents, notes: notes.lines };
}

/** Notes what the gateway stores and does not enforce yet. */
function noteWithoutEffect(documents: readonly DocumentFields[], notes: ImportNotes): void {
  const hasLimits = ({ kind, limits }: DocumentFields) => kind !== 'Key' && limits !== undefined;
  const hasTokens = ({ limits }: DocumentFields) =>
    (limits as DocumentFields | undefined)?.tokensPerMinute !== undefined;
  if (documents.some(({ kind }) => kind === 'Budget'))
    notes.add('budgets', 'are stored, but no request is rejected because of a budget yet');
  if (documents.some(hasLimits)) notes.add('limits of teams and projects', 'are stored, but have no effect yet');
  if (documents.some(hasTokens)) notes.add('tpm_limit', 'is stored, but has no effect yet');
}

function teamDocument(row: LiteLlmRow, names: ImportNames, notes: ImportNotes): DocumentFields & { name: string } {
  const id = textColumn(row, 'team_id') ?? '';
  const name = names.choose('team', textColumn(row, 'team_alias') ?? id, id);
  const object = `team ${name}`;
  notes.addUnmapped(object, row, UNMAPPED_OF_TEAMS);
  if (row.blocked === true) notes.add(object, 'is blocked, so its keys are disabled');
  return {
    kind: 'Team',
    name,
    ...modelFields(row, object, notes),
    ...limitFields(row, undefined),
    ...metadataFields(row, ['team_id', 'organization_id'], object, notes),
  };
}

function applicationDocument(
  row: LiteLlmRow,
  { teams, budgets }: { teams: ReadonlyMap<string, string>; budgets: ReadonlyMap<string, LiteLlmRow> },
  names: ImportNames,
  notes: ImportNotes,
): (DocumentFields & { name: string; team: string }) | undefined {
  const id = textColumn(row, 'project_id') ?? '';
  const alias = textColumn(row, 'project_alias') ?? id;
  const team = teams.get(textColumn(row, 'team_id') ?? '');
  if (team === undefined) {
    notes.add(`project ${alias}`, 'is not imported, because its team is not in the dump');
    return undefined;
  }
  const name = names.choose('application', alias, id);
  const object = `application ${name}`;
  const purpose = textColumn(row, 'description')
    ?.replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, 256);
  notes.addUnmapped(object, row, UNMAPPED_OF_PROJECTS);
  return {
    kind: 'Application',
    name,
    team,
    ...(purpose !== undefined && { purpose }),
    ...modelFields(row, object, notes),
    ...limitFields(row, budgets.get(textColumn(row, 'budget_id') ?? '')),
    ...metadataFields(row, ['project_id'], object, notes),
  };
}

function blockedIds({ teams, projects }: LiteLlmRows): ReadonlySet<string> {
  const ids = [
    ...teams.filter(({ blocked }) => blocked === true).map((row) => textColumn(row, 'team_id')),
    ...projects.filter(({ blocked }) => blocked === true).map((row) => textColumn(row, 'project_id')),
  ];
  return new Set(ids.filter((id) => id !== undefined));
}

function formerSecrets({ formerKeys }: LiteLlmRows): ReadonlyMap<string, LiteLlmRow[]> {
  return Map.groupBy(formerKeys, (row) => textColumn(row, 'active_token_id') ?? '');
}
