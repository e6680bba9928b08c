import { flag, needsRestart, text, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { timeZone } from '../settings/time-zone.ts';

/** A MiB. */
const JOURNAL_UNIT = 1_048_576;
/** Days of a hundred years. */
const MAX_KEPT_DAYS = 36_500;

export class LedgerConfig {
  @OptionalSetting(
    'Keeps a row for each request with its cost in the database. Default: true if database.url is set.',
    needsRestart(flag()),
  )
  enabled?: boolean;

  @OptionalSetting(
    'Folder of the journal, which keeps rows until the database has them. Gateways of one database may share it. Default: beside the file of SQLite; for PostgreSQL, in the folder for temporary files.',
    needsRestart(text('the path of a folder')),
  )
  journalFolder?: string;

  @Setting(
    'Maximum bytes of the journal of a process. The oldest rows are removed if the database was away for too long.',
    needsRestart(wholeNumber({ min: JOURNAL_UNIT, max: 64 * 1_024 * JOURNAL_UNIT })),
  )
  journalMaxBytes = 128 * JOURNAL_UNIT;

  @Setting(
    'Time zone of the days and months in reports. Rows that are stored keep their day.',
    needsRestart(timeZone()),
  )
  timeZone = 'UTC';

  @Setting(
    'Days for which rows are kept. Older ones are not accepted any more.',
    wholeNumber({ min: 1, max: MAX_KEPT_DAYS }),
  )
  rowRetentionDays = 184;

  @Setting('Days for which the sums of each quarter of an hour are kept.', wholeNumber({ min: 1, max: MAX_KEPT_DAYS }))
  quarterHourRetentionDays = 184;

  @Setting('Days for which the sums of each day and month are kept.', wholeNumber({ min: 1, max: MAX_KEPT_DAYS }))
  rollupRetentionDays = 1_130;
}
