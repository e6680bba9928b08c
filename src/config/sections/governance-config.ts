import { flag, listOf, listOfText, needsRestart, secret, text, textMatching, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

/** Seconds of ten years. */
const MAX_AGE_SECONDS = 315_360_000;
/** Days of a hundred years. */
const MAX_RETENTION_DAYS = 36_500;

export class CatalogPolicyConfig {
  @Setting(
    'Rejects models without an approved or deprecated entry in the catalog, except those that a list names exactly and that are in preview.',
    flag(),
  )
  enforce = false;
}

export class SnapshotKeyConfig {
  @Setting(
    'Short id of the key, part of every text that it seals.',
    textMatching(/^[a-zA-Z0-9]{1,8}$/, '1 to 8 letters and digits'),
  )
  id: string;

  @Setting(
    'The key: 32 random bytes in base64, as "openssl rand -base64 32" creates them.',
    secret(textMatching(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64')),
  )
  key: string;
}

export class GovernanceConfig {
  @Setting(
    'Files with teams, applications, keys, budgets and catalog entries. A name may contain * in its last part. Changes take effect at once.',
    listOfText('a list of paths such as [/etc/outcrop/governance/*.yaml]'),
  )
  files: string[] = [];

  @Setting('Rejects keys of the database and of governance.files that belong to no application.', flag())
  requireApplication = false;

  @OptionalSetting(
    'Seconds without the database after which requests of its keys are rejected with 503. Default: never.',
    wholeNumber({ min: 1, max: MAX_AGE_SECONDS }),
  )
  maxSnapshotAgeSeconds?: number;

  @Setting(
    'Days for which the audit keeps its entries. A checkpoint replaces removed ones, so that the rest still verifies.',
    wholeNumber({ min: 1, max: MAX_RETENTION_DAYS }),
  )
  auditRetentionDays = 400;

  @OptionalSetting(
    'File that keeps teams and keys for a start without the database. Contains hashes and ids, no secrets. Default: none.',
    needsRestart(text('the path of a file')),
  )
  snapshotFile?: string;

  @Setting(
    'Keys that seal a copy of teams and keys in Redis, for a start without the database and without a file. The first key seals, all keys open. Without any, Redis has no copy.',
    listOf(SnapshotKeyConfig),
  )
  snapshotKeys: SnapshotKeyConfig[] = [];
}
