import { keyHashPattern, keyNamePattern, keyNameDescription } from '../settings/api-key.ts';
import { flag, listOfText, textMatching, dateTime, secret, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

/** A limit that no key reaches, and that is small enough for exact calculations. */
export const maxRequestsPerMinute = 1_000_000_000;

export class ApiKeyConfig {
  @Setting('Unique name of the key in logs and metrics.', textMatching(keyNamePattern, keyNameDescription))
  name: string;

  @Setting(
    'Hash of the key. The key itself is never stored.',
    secret(textMatching(keyHashPattern, '"sha256:" and 64 lower-case hex digits, as npm run key:create prints it')),
  )
  hash: string;

  @OptionalSetting('Day (until its end, UTC) or time after which the key is rejected.', dateTime())
  expires?: string;

  @OptionalSetting('Name of a team, whose rules apply to the key.', textMatching(keyNamePattern, keyNameDescription))
  team?: string;

  @OptionalSetting(
    'Models that the key may use, by name or pattern with *. Default: all models.',
    listOfText('a list of model names or patterns such as [claude-*, nova-pro]'),
  )
  models?: string[];

  @OptionalSetting(
    'Requests per minute for this key, instead of limits.requestsPerMinute; 0: no limit.',
    wholeNumber({ min: 0, max: maxRequestsPerMinute }),
  )
  requestsPerMinute?: number;

  @OptionalSetting(
    'Maximum number of requests of this key in flight in each replica, instead of overload.maxInFlightPerKey; 0: no limit.',
    wholeNumber({ min: 0, max: 1_000_000 }),
  )
  maxInFlight?: number;

  @OptionalSetting(
    'Includes the shortened content of requests and answers of this key in its traces. Without it, traces contain no content.',
    flag(),
  )
  traceContent?: boolean;

  @OptionalSetting('Allows the key to read /metrics, which contains the usage and cost of every key.', flag())
  metrics?: boolean;
}
