import { listOfText, dateTime, section } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

/** Longest time, from the reading of the configuration, for which content may be logged. */
export const LONGEST_CONTENT_LOG_MINUTES = 60;

export class DebugContentConfig {
  @Setting('Names of the API keys whose content is logged.', listOfText('a list of names of API keys'))
  keys: string[] = [];

  @Setting(
    `Moment at which it ends, at most ${LONGEST_CONTENT_LOG_MINUTES} minutes ahead when the configuration is read; one that has passed logs nothing.`,
    dateTime(),
  )
  until: string;
}

export class DebugConfig {
  @OptionalSetting(
    'Writes prompts, answers and the messages of failures of the named keys to the log, shortened; no level of the log does.',
    section(DebugContentConfig),
  )
  content?: DebugContentConfig;
}
