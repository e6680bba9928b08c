import { USAGE_DIMENSIONS, USAGE_INTERVALS } from '../../../../ledger/usage/usage-query.ts';
import { USAGE_FORMATS, USAGE_PERIODS } from '../../../admin/usage/read-usage-query.ts';
import type { OpenApiSchema } from '../bodies/schema.ts';

const dayOrMonth = { type: 'string', pattern: '^\\d{4}-\\d{2}(-\\d{2})?$' };
const USAGE_FILTERS: Readonly<Record<string, OpenApiSchema>> = Object.fromEntries(
  USAGE_DIMENSIONS.map((name) => [name, { type: 'string' }]),
);

/** Descriptions of the usage API. */
export const USAGE_OPERATIONS = {
  'GET /admin/v1/usage': {
    summary: 'Sums cost and usage by team, application, cost center, key, principal, model, tier, region or account',
    description:
      'Days and months are those of `ledger.timeZone`. `team`, `application` and `key` take a name or an id. The groups with the ' +
      'highest contract cost are shown, and `other` has the sum of the rest; principals are in the order of their ids. Sums by tier, ' +
      'region, account, hour and quarter of an hour are those of calls, and have no requests. A combination without sums gets 400, ' +
      'and `param` names the parameter. With the format `csv` or `Accept: text/csv`, the answer is CSV. A team-admin sees the team, and a ' +
      'member its own requests and keys.',
    answer: 'UsageReport',
    query: {
      by: { enum: USAGE_DIMENSIONS },
      interval: { enum: USAGE_INTERVALS, description: 'Adds the sums of each interval.' },
      period: { enum: USAGE_PERIODS, description: 'Default: this-month.' },
      from: { ...dayOrMonth, description: 'First dayOrMonth, or a month.' },
      to: { ...dayOrMonth, description: 'Last dayOrMonth, or a month. Default: today.' },
      limit: { type: 'integer', minimum: 1, maximum: 5000, default: 100 },
      compare: { enum: ['previous'], description: 'Adds the range of the same length before.' },
      forecast: { enum: ['month'], description: 'Adds the cost of the present month, if it goes on as it has begun.' },
      format: { enum: USAGE_FORMATS },
      ...USAGE_FILTERS,
    },
  },
} as const;
