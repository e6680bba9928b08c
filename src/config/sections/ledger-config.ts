import { flag, needsRestart, oneOf, section, text, textMatching, url, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionDescription, regionPattern } from './region.ts';
import { timeZone } from '../settings/time-zone.ts';
import { ReconciliationConfig } from './reconciliation-config.ts';

/** A MiB. */
const JOURNAL_UNIT = 1_048_576;
/** Days of a hundred years. */
const MAX_KEPT_DAYS = 36_500;

/** Objects that servers with the API of S3 accept. */
const exportUrl = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w!.*'()-]+)*\/?$/;

export class LedgerExportConfig {
  @OptionalSetting(
    'Bucket and prefix to which the charges of each hour are written, such as s3://finance/outcrop. Default: no export.',
    textMatching(exportUrl, 'a URL such as s3://BUCKET/PREFIX'),
  )
  url?: string;

  @Setting(
    'Format of the objects. Another one exports all kept hours again, beside the former ones.',
    oneOf('parquet', 'csv'),
  )
  format: 'parquet' | 'csv' = 'parquet';

  @OptionalSetting(
    'Region of the bucket. Default: the region of AWS in the environment.',
    textMatching(regionPattern, regionDescription),
  )
  region?: string;

  @OptionalSetting(
    'Endpoint instead of the one of S3, for a VPC endpoint or another server with its API.',
    url('http', 'https'),
  )
  endpoint?: string;

  @Setting('Puts the bucket into the path instead of the host, for servers other than S3.', flag())
  pathStyle = false;

  @OptionalSetting(
    'Encryption that each object requests: AES256, with keys of S3; aws:kms, with kmsKey. Default: that of the bucket.',
    oneOf('AES256', 'aws:kms'),
  )
  encryption?: 'AES256' | 'aws:kms';

  @OptionalSetting("ARN or id of the KMS key for aws:kms. Default: AWS's key for S3.", text('a key'))
  kmsKey?: string;

  @OptionalSetting(
    'Id of the payer account, for the column BillingAccountId. Default: bedrock.accountId.',
    textMatching(/^\d{12}$/, 'the 12 digits of an AWS account id'),
  )
  billingAccountId?: string;
}

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

  @Setting('Export of the charges to S3, in the columns of FOCUS 1.2.', needsRestart(section(LedgerExportConfig)))
  export: LedgerExportConfig = new LedgerExportConfig();

  @Setting("The comparison with AWS's bill.", section(ReconciliationConfig))
  reconciliation: ReconciliationConfig = new ReconciliationConfig();
}
