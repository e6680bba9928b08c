import type { DocumentFields } from '../document-options.ts';
import type { ImportNames, ImportNotes } from './import-notes.ts';
import { type LiteLlmRow, listColumn, textColumn, timeColumn } from './litellm-rows.ts';
import { limitFields, metadataFields, modelFields, withoutAbsent } from './shared-fields.ts';

/** `token` holds the SHA-256 of the whole key in hexadecimal digits. */
const TOKEN = /^[0-9a-f]{64}$/;
/** Team of the sessions of LiteLLM's user interface, which are keys too. */
const DASHBOARD_TEAM = 'litellm-dashboard';
/** Values of `allowed_routes` that permit all calls of models. */
const MODEL_ROUTES = 'llm_api_routes';
const UNMAPPED = [
  'aliases',
  'config',
  'router_settings',
  'permissions',
  'allowed_cache_controls',
  'policies',
  'access_group_ids',
  'model_max_budget',
  'budget_limits',
  'object_permission_id',
  'auto_rotate',
];

/** What a key refers to. */
export interface KeyReferences {
  /** Names of imported teams and projects by their id in LiteLLM. */
  readonly teams: ReadonlyMap<string, string>;
  readonly projects: ReadonlyMap<string, { readonly name: string; readonly team: string }>;
  /** Ids of teams and projects that LiteLLM rejects. */
  readonly blocked: ReadonlySet<string>;
  readonly budgets: ReadonlyMap<string, LiteLlmRow>;
  /** Former secrets by the `token` of their key. */
  readonly formerSecrets: ReadonlyMap<string, readonly LiteLlmRow[]>;
  readonly now: number;
}

/** Returns the document of a key; undefined with a note if it is not imported. */
export function keyDocument(
  row: LiteLlmRow,
  references: KeyReferences,
  names: ImportNames,
  notes: ImportNotes,
): (DocumentFields & { name: string }) | undefined {
  const token = textColumn(row, 'token') ?? '';
  const alias = textColumn(row, 'key_alias') ?? '';
  const label = `key ${alias || (textColumn(row, 'key_name') ?? 'without a name')}`;
  if (textColumn(row, 'team_id') === DASHBOARD_TEAM) return undefined;
  if (!TOKEN.test(token)) {
    notes.add(label, 'is not imported, because token is not a SHA-256');
    return undefined;
  }
  const expires = timeColumn(row, 'expires');
  if (expires !== undefined && Date.parse(expires) <= references.now) {
    notes.add(label, `is not imported, because it expired at ${expires}`);
    return undefined;
  }
  const name = names.choose('key', alias || `litellm-${token.slice(0, 12)}`, token);
  const object = `key ${name}`;
  const { fields, refusal } = ownership(row, references);
  const reason = refusal ?? refusalOfKey(row);
  if (reason !== undefined) notes.add(object, `is disabled, because ${reason}`);
  notes.addUnmapped(object, row, UNMAPPED);
  return {
    kind: 'Key',
    name,
    ...fields,
    secrets: secretsOf(row, token, references),
    state: reason === undefined ? 'active' : 'disabled',
    ...withoutAbsent({ expires }),
    ...modelFields(row, object, notes),
    ...limitFields(row, references.budgets.get(textColumn(row, 'budget_id') ?? '')),
    ...metadataFields(row, ['user_id', 'organization_id'], object, notes),
  };
}

function ownership(row: LiteLlmRow, references: KeyReferences): { fields: DocumentFields; refusal?: string } {
  const teamId = textColumn(row, 'team_id');
  const projectId = textColumn(row, 'project_id');
  const team = teamId === undefined ? undefined : references.teams.get(teamId);
  const project = projectId === undefined ? undefined : references.projects.get(projectId);
  const fields = withoutAbsent({ team: project?.team ?? team, application: project?.name });
  if (teamId !== undefined && team === undefined) return { fields, refusal: `its team ${teamId} is not in the dump` };
  if (projectId !== undefined && project === undefined) {
    return { fields, refusal: `its project ${projectId} is not in the dump` };
  }
  const blocked = [teamId, projectId].some((id) => id !== undefined && references.blocked.has(id));
  return { fields, ...(blocked && { refusal: 'its team or project is blocked' }) };
}

function refusalOfKey(row: LiteLlmRow): string | undefined {
  if (row.blocked === true) return 'it is blocked in LiteLLM';
  const routes = listColumn(row, 'allowed_routes');
  if (routes.length === 0 || routes.includes(MODEL_ROUTES)) return undefined;
  return `allowed_routes (${routes.join(', ')}) has no equivalent`;
}

/** Returns the present secret, and the newest former one that still works. */
function secretsOf(row: LiteLlmRow, token: string, { formerSecrets, now }: KeyReferences): DocumentFields[] {
  const [, lastFour] = /([0-9A-Za-z]{4})$/.exec(textColumn(row, 'key_name') ?? '') ?? [];
  const former = (formerSecrets.get(token) ?? [])
    .map((secret) => ({ hash: textColumn(secret, 'token') ?? '', expires: timeColumn(secret, 'revoke_at') }))
    .filter(({ hash, expires }) => TOKEN.test(hash) && expires !== undefined && Date.parse(expires) > now)
    .toSorted((one, other) => Date.parse(other.expires!) - Date.parse(one.expires!))
    .slice(0, 1);
  return [
    { hash: `sha256:${token}`, ...withoutAbsent({ lastFour, created: timeColumn(row, 'created_at') }) },
    ...former.map(({ hash, expires }) => ({ hash: `sha256:${hash}`, expires })),
  ];
}
