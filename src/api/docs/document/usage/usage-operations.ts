import { USAGE_DIMENSIONS, USAGE_INTERVALS } from '../../../../ledger/usage/usage-query.ts';
import { USAGE_FORMATS, USAGE_PERIODS } from '../../../admin/usage/read-usage-query.ts';
import type { OpenApiSchema } from '../bodies/schema.ts';

const dayOrMonth = { type: 'string', pattern: '^\\d{4}-\\d{2}(-\\d{2})?$' };
const USAGE_FILTERS: Readonly<Record<string, OpenApiSchema>> = Object.fromEntries(
  USAGE_DIMENSIONS.map((name) => [name, { type: 'string' }]),
);

const AMOUNT = {
  corrects: '01964f3a-7a00-7000-8000-000000000000',
  contractCostUsd: '-12.5',
  listCostUsd: '-12.5',
  reason: 'Credit',
};

/** Descriptions of the usage API, of closed months and of adjustments. */
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
  'GET /admin/v1/ledger/months': { summary: 'Lists closed months, the latest first', answer: 'ClosedMonthList' },
  'GET /admin/v1/ledger/months/{month}': {
    summary: 'Returns a closed month with its manifest',
    answer: 'ClosedMonth',
  },
  'POST /admin/v1/ledger/months/{month}/close': {
    summary: 'Closes a month, so that its sums of days and months never change',
    description:
      'Possible from 24 hours after the end of the month. Rows that arrive later count into the present month. The manifest has the ' +
      'SHA-256 of the sums of each dimension, and the audit has the hash of the manifest.',
    answer: 'ClosedMonth',
  },
  'GET /admin/v1/ledger/months/{month}/verify': {
    summary: 'Computes the hashes of a closed month again, and lists the dimensions that differ',
    answer: 'MonthVerdict',
  },
  'POST /admin/v1/ledger/adjustments': {
    summary: 'Corrects the cost of a row by a row of the present month',
    answer: 'LedgerAdjustment',
    body: 'AdjustmentBody',
    example: AMOUNT,
    also: [201, 'The adjustment.'],
  },
} as const;
