import type { AttributionTagsConfig } from '../../config/sections/attribution-config.ts';
import type { Caller } from '../../request/caller.ts';
import { fittedText, SESSION_NAME, SESSION_TAG_VALUE } from './fitted-text.ts';

/** Separates team and application in a session name. No name of a team or application contains it. */
const APPLICATION_SEPARATOR = '=';

/** A caller with a team. */
export type TeamCaller = Pick<Caller, 'application' | 'attribution' | 'costCenter'> & {
  readonly team: NonNullable<Caller['team']>;
};

/** A session tag, as STS takes it. */
export interface SessionTag {
  readonly Key: string;
  readonly Value: string;
}

/** Returns a text that is different for callers whose sessions must differ. */
export function sessionKeyOf(
  { team, application, costCenter = '', attribution }: TeamCaller,
  account: string | undefined,
  tags: AttributionTagsConfig,
): string {
  const named = tags.application === undefined ? '' : (application?.name ?? '');
  // Names of teams can come from tokens. With its length, a name cannot continue into the next field.
  const { name } = team;
  return `${account ?? ''}/${name.length}:${name}/${named.length}:${named}/${costCenter.length}:${costCenter}/${attribution?.key ?? ''}`;
}

/** Returns the session name of a caller, which CUR 2.0 shows as the end of the principal. */
export function sessionNameOf({ team, application }: TeamCaller, tags: AttributionTagsConfig): string {
  const isSplit = tags.application !== undefined && application !== undefined;
  // A name with the separator becomes a hashed one, which contains no application.
  const name = team.name.includes(APPLICATION_SEPARATOR) ? `${team.name}${APPLICATION_SEPARATOR}\0` : team.name;
  return fittedText(isSplit ? `${name}${APPLICATION_SEPARATOR}${application.name}` : name, SESSION_NAME);
}

/** Returns the session tags of a caller. The keys of the settings take precedence over those of the team's document. */
export function sessionTagsOf(caller: TeamCaller, tags: AttributionTagsConfig): SessionTag[] {
  const { team, application, costCenter, attribution } = caller;
  const own: SessionTag[] = [];
  const add = (key: string | undefined, value: string | undefined): void => {
    if (key !== undefined && value !== undefined && value !== '') {
      own.push({ Key: key, Value: fittedText(value, SESSION_TAG_VALUE) });
    }
  };
  add(tags.team, team.name);
  add(tags.costCenter, costCenter);
  add(tags.application, application?.name);
  const keys = new Set(Object.values(tags).map((key: string | undefined) => key?.toLowerCase()));
  const further = Object.entries(attribution?.sessionTags ?? {}).filter(([key]) => !keys.has(key.toLowerCase()));
  return [...own, ...further.map(([Key, Value]) => ({ Key, Value }))];
}
