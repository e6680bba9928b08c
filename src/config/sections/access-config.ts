import type { ApiKeyTable } from '../keys/api-key-table.ts';
import { flag, listOf, text, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { ApiKeyConfig, maxRequestsPerMinute } from '../keys/api-key-config.ts';

export class AuthConfig {
  @Setting('API keys. Without any, every request is rejected.', listOf(ApiKeyConfig))
  keys: ApiKeyConfig[] = [];

  @OptionalSetting(
    'File with more API keys, for thousands of them: in each line one entry of auth.keys as a JSON object. At most 1,000,000 keys and 256 MiB. Changes of the file take effect at once.',
    text('the path of a file'),
  )
  keysFile?: string;

  /** The keys of `keysFile`; undefined without the setting. Not a setting itself. */
  fileKeys?: ApiKeyTable;

  @Setting(
    'Cancels running requests and background responses of keys that a changed configuration no longer accepts. Without it, they continue to their end.',
    flag(),
  )
  cutRemovedKeys = false;
}

export class LimitsConfig {
  @Setting('Requests per minute of each key; 0 disables the limit.', wholeNumber({ min: 0, max: maxRequestsPerMinute }))
  requestsPerMinute = 0;
}
