import type { AuthConfig } from '../../config/gateway-config.ts';
import { lineName } from '../../config/keys/api-key-table.ts';
import type { Problem } from '../../config/settings/config-error.ts';

/** Returns a problem for each key of `auth` whose team does not exist. Without a database, only files define teams. */
export function unknownTeams({ keys, fileKeys }: AuthConfig, exists: (name: string) => boolean): Problem[] {
  const message = 'must be the name of a team of governance.files; without database.url, no other teams exist';
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
