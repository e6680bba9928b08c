import { listOfText, dateTime, section } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

/** Maximum minutes, from the reading of the configuration, for which content may be logged. */
export const MAX_CONTENT_LOG_MINUTES = 60;

export class DebugContentConfig {
  @Setting('Names of the API keys whose content is logged.', listOfText('a list of names of API keys'))
  keys: string[] = [];

  @Setting(
    `Time at which logging ends, at most ${MAX_CONTENT_LOG_MINUTES} minutes after the configuration is read. A time in the past disables it.`,
    dateTime(),
  )
  until: string;
}

export class DebugConfig {
  @OptionalSetting(
    'Writes the shortened prompts, answers and error messages of the named keys to the log. No log level does so.',
    section(DebugContentConfig),
  )
  content?: DebugContentConfig;
}
