import type { AuthConfig } from '../../config/gateway-config.ts';
import { lineName } from '../../config/keys/api-key-table.ts';
import type { Problem } from '../../config/settings/config-error.ts';

const NOT_A_TEAM = 'must be the name of a team of governance.files; without database.url, no other teams exist';

/**
 * Returns a problem for each name of a team in `auth` that no file defines, for a gateway without a database. `teams`: those of
 * `files`, which is `governance.files`. Without files, tokens need no documents of their teams.
 */
export function unknownTeams(auth: AuthConfig, teams: ReadonlySet<string>, files: readonly string[]): Problem[] {
  const ofKeys = unknownTeamsOfKeys(auth, teams);
  return files.length > 0 && auth.jwt.length > 0 ? [...ofKeys, ...unknownTeamsOfGroups(auth, teams)] : ofKeys;
}

function unknownTeamsOfKeys({ keys, fileKeys }: AuthConfig, teams: ReadonlySet<string>): Problem[] {
  const message = NOT_A_TEAM;
  const exists = (name: string): boolean => teams.has(name);
  const listed = keys.flatMap(({ team }, index): Problem[] =>
    team === undefined || exists(team)
      ? []
      : [{ path: `auth.keys[${index}].team`, message: `${message}. '${team}' does not exist` }],
  );
  const ofFile = (fileKeys?.distinctSettings ?? []).flatMap((settings): Problem[] => {
    const { team } = settings;
    if (team === undefined || exists(team)) return [];
    const path = `${lineName(fileKeys!.firstLineWith(settings))}, team`;
    return [{ path, message: `${message}. '${team}' does not exist` }];
  });
  return [...listed, ...ofFile];
}

/** Returns a problem for each rule of `auth.groups` that leads to no team, whatever the groups are, and for `auth.defaultTeam`. */
function unknownTeamsOfGroups({ groups, defaultTeam }: AuthConfig, teams: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { team }] of groups.entries()) {
    if (team === undefined || leadsToTeam(team, teams)) continue;
    problems.push({ path: `auth.groups[${index}].team`, message: `${NOT_A_TEAM}. '${team}' leads to none` });
  }
  if (defaultTeam !== undefined && !teams.has(defaultTeam))
    problems.push({ path: 'auth.defaultTeam', message: `${NOT_A_TEAM}. '${defaultTeam}' does not exist` });
  return problems;
}

/** Returns true if a team has the name of a rule, in which `$1` to `$9` may be any text. */
function leadsToTeam(rule: string, teams: ReadonlySet<string>): boolean {
  if (!/\$[1-9]/.test(rule)) return teams.has(rule);
  const [first = '', ...rest] = rule.split(/\$[1-9]/);
  const last = rest.at(-1) ?? '';
  return [...teams].some(
    (name) => name.length >= first.length + last.length && name.startsWith(first) && name.endsWith(last),
  );
}
