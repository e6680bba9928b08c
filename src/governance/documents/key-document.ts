import { keyHashPattern } from '../../config/settings/api-key.ts';
import { dateTime, flag, listOf, oneOf, secret, textMatching } from '../../config/settings/kinds.ts';
import { OptionalSetting, Setting } from '../../config/settings/setting.ts';
import {
  limits,
  LimitsDocument,
  metadata,
  modelPatterns,
  objectId,
  objectName,
  shortText,
} from './shared-documents.ts';

/** One of the secrets of a key. A rotation adds the second one. */
export class KeySecretDocument {
  @Setting(
    'Hash of the secret. The secret itself is never stored.',
    secret(textMatching(keyHashPattern, '"sha256:" and 64 lower-case hex digits, as npm run key:create prints it')),
  )
  hash: string;

  @OptionalSetting('Last four characters of the secret.', textMatching(/^[0-9A-Za-z]{4}$/, 'four letters or digits'))
  lastFour?: string;

  @OptionalSetting('Time of creation.', dateTime())
  created?: string;

  @OptionalSetting('Day (until its end, UTC) or time after which the secret is rejected.', dateTime())
  expires?: string;
}

/** An API key. Its id, limits and budgets stay the same when its secret is rotated. */
export class KeyDocument {
  @OptionalSetting('Id. Default: chosen by the gateway.', objectId)
  id?: string;

  @Setting('Unique name of the key in logs and metrics.', objectName)
  name: string;

  @OptionalSetting('Name of the team.', objectName)
  team?: string;

  @OptionalSetting('Name of the application, which must belong to the team.', objectName)
  application?: string;

  @OptionalSetting('Id of the principal that owns the key, or name of a service account.', shortText)
  owner?: string;

  @Setting('One or two secrets.', listOf(KeySecretDocument))
  secrets: KeySecretDocument[] = [];

  @Setting('active; disabled, until it is enabled again; revoked, for ever.', oneOf('active', 'disabled', 'revoked'))
  state: 'active' | 'disabled' | 'revoked' = 'active';

  @OptionalSetting('Day (until its end, UTC) or time after which the key is rejected.', dateTime())
  expires?: string;

  @OptionalSetting('Models that the key may use. Default: those of team and application.', modelPatterns)
  models?: string[];

  @OptionalSetting('Limits of the key.', limits)
  limits?: LimitsDocument;

  @OptionalSetting('Capacity class of the key.', shortText)
  capacityClass?: string;

  @OptionalSetting(
    'For whom the key acts: none; opaque, texts of the client; principal, principals of the gateway.',
    oneOf('none', 'opaque', 'principal'),
  )
  actsFor?: 'none' | 'opaque' | 'principal';

  @OptionalSetting('Includes the shortened content of requests and answers of this key in its traces.', flag())
  traceContent?: boolean;

  @OptionalSetting('Allows the key to read /metrics, which contains the usage and cost of every key.', flag())
  metrics?: boolean;

  @OptionalSetting('Texts for the owner of the key. The gateway does not read them.', metadata)
  metadata?: Record<string, string>;
}
