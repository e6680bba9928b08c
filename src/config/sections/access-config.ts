import { keyHashPattern, keyNamePattern, keyNameDescription } from '../settings/api-key.ts';
import { flag, listOf, listOfText, textMatching, dateTime, secret, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

/** A thousand million: high enough for anyone, low enough to count with. */
const mostRequestsPerMinute = 1_000_000_000;

export class ApiKeyConfig {
  @Setting(
    'Name of the key in logs and metrics; no two keys share one.',
    textMatching(keyNamePattern, keyNameDescription),
  )
  name: string;

  @Setting(
    'Hash of the key; the key itself is never stored.',
    secret(textMatching(keyHashPattern, '"sha256:" and 64 lower-case hex digits, as npm run key:create prints it')),
  )
  hash: string;

  @OptionalSetting('Day (to its end, UTC) or moment after which the key is refused.', dateTime())
  expires?: string;

  @OptionalSetting(
    'Models the key may use, by name or pattern with *; all without it.',
    listOfText('a list of model names or patterns such as [claude-*, nova-pro]'),
  )
  models?: string[];

  @OptionalSetting(
    'Requests per minute for this key in place of limits.requestsPerMinute; 0: no limit.',
    wholeNumber({ min: 0, max: mostRequestsPerMinute }),
  )
  requestsPerMinute?: number;

  @OptionalSetting(
    'Most requests of this key in flight in each replica, in place of overload.maxInFlightPerKey; 0: no limit.',
    wholeNumber({ min: 0, max: 1_000_000 }),
  )
  maxInFlight?: number;

  @OptionalSetting('Puts what this key asks and is answered into its traces, shortened; never without it.', flag())
  traceContent?: boolean;

  @OptionalSetting('Lets the key read /metrics, which shows the use and the cost of every key.', flag())
  metrics?: boolean;
}

export class AuthConfig {
  @Setting('API keys that are accepted; with none, every request is refused.', listOf(ApiKeyConfig))
  keys: ApiKeyConfig[] = [];

  @Setting(
    'Ends running requests and background responses of keys that a changed configuration no longer accepts; without it they go on to their end.',
    flag(),
  )
  cutRemovedKeys = false;
}

export class LimitsConfig {
  @Setting(
    'Requests per minute and key; 0 switches the limit off.',
    wholeNumber({ min: 0, max: mostRequestsPerMinute }),
  )
  requestsPerMinute = 0;
}
