import { keyHashPattern, keyNameDescription, keyNamePattern } from '../settings/api-key.ts';
import { flag, listOf, needsRestart, oneOf, secret, text, textMatching, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class AdminKeyConfig {
  @Setting('Name of the key in the audit.', textMatching(keyNamePattern, keyNameDescription))
  name: string;

  @Setting(
    'Hash of the key, as npm run key:create prints it.',
    secret(textMatching(keyHashPattern, '"sha256:" and 64 lower-case hex digits, as npm run key:create prints it')),
  )
  hash: string;

  @Setting('Role of the key.', oneOf('admin', 'auditor', 'team-admin'))
  role: 'admin' | 'auditor' | 'team-admin' = 'admin';

  @OptionalSetting('Name of the team of a team-admin.', text())
  team?: string;
}

export class AdminConfig {
  @Setting('Serves the admin API under /admin/v1.', needsRestart(flag()))
  enabled = false;

  @Setting('Keys of administrators. They replace a lost admin key, too.', listOf(AdminKeyConfig))
  keys: AdminKeyConfig[] = [];

  @OptionalSetting(
    'Separate port of the admin API. 0 selects any free port. Default: server.port.',
    needsRestart(wholeNumber({ min: 0, max: 65_535 })),
  )
  port?: number;

  @Setting('Address on which the admin port listens.', needsRestart(text('an address or host name')))
  host = '0.0.0.0';
}
