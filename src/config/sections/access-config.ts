import type { ApiKeyTable } from '../keys/api-key-table.ts';
import { flag, listOf, listOfText, text, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { ApiKeyConfig, maxRequestsPerMinute } from '../keys/api-key-config.ts';
import { type GroupRuleConfig, groupRules, type JwtIssuerConfig, jwtIssuers } from './jwt-config.ts';

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

  @Setting(
    'Hashes of secrets, and ids of keys and principals, that are rejected at once, also while the database is unavailable.',
    listOfText('a list of hashes and ids'),
  )
  revoked: string[] = [];

  @Setting('Issuers of tokens (JWT) that are accepted beside API keys.', jwtIssuers)
  jwt: JwtIssuerConfig[] = [];

  @Setting('Teams and roles of groups. Each group of a caller takes the first rule that matches it.', groupRules)
  groups: GroupRuleConfig[] = [];

  @OptionalSetting('Name of the team of callers with a token that are in several teams and choose none.', text())
  defaultTeam?: string;
}

export class LimitsConfig {
  @Setting('Requests per minute of each key; 0 disables the limit.', wholeNumber({ min: 0, max: maxRequestsPerMinute }))
  requestsPerMinute = 0;
}
