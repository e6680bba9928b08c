import { decimalNumber, flag, listOfText, needsRestart, text, textMatching, url } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionDescription, regionPattern } from './region.ts';

export class ReconciliationConfig {
  @OptionalSetting(
    "AWS's bill: an s3:// URL, a folder or a file of exports of CUR 2.0, as CSV or Parquet. With SQLite, the gateway compares it with the ledger once a day; with PostgreSQL, the command reconcile does.",
    needsRestart(text('an s3:// URL or a path')),
  )
  cur?: string;

  @Setting(
    'ARNs of the roles with which the gateway calls Bedrock, beside those of bedrock.accounts. Usage of other roles is no drift. * in the name matches any text.',
    listOfText('ARNs of IAM roles'),
  )
  roles: string[] = [];

  @Setting(
    'Percentage of drift above which a comparison is not within the limit. Days of the last three days do not count.',
    decimalNumber({ above: 0, max: 100, places: 4 }),
  )
  maxDriftPercent = 1;

  @OptionalSetting(
    'Region of the bucket. Default: that of the AWS SDK.',
    textMatching(regionPattern, regionDescription),
  )
  bucketRegion?: string;

  @OptionalSetting('Address of S3, for an endpoint in a VPC and for other servers with its API.', url('http', 'https'))
  endpoint?: string;

  @Setting('Puts the bucket into the path of addresses, as most other servers require.', flag())
  pathStyle = false;
}
