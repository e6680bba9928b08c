import { LEDGER_STATUSES } from '../../../../ledger/rows/ledger-row.ts';

/** Query parameters of pages of the admin API. */
export const PAGE_PARAMETERS = {
  limit: { type: 'integer', minimum: 1, maximum: 1000 },
  after: { type: 'string', description: 'The value of `next` in the previous page.' },
} as const;

/** Descriptions of the routes of requests in the ledger. */
export const REQUEST_OPERATIONS = {
  'GET /admin/v1/requests': {
    summary: 'Searches requests in the ledger, the newest first',
    description:
      'A page has requests of one day (UTC), and `next` continues on the day before; with `requestId`, a page covers all days. A page ' +
      'may have few requests, or none, although others follow: `has_more` is false at the end. The roles admin and auditor read all ' +
      'requests, a team-admin those of the team, and a member the own ones.',
    answer: 'RequestPage',
    query: {
      ...PAGE_PARAMETERS,
      day: { type: 'string', format: 'date', description: 'Only requests of this day, UTC.' },
      from: { type: 'string', description: 'First time of arrival: a day, or a time with its zone.' },
      to: { type: 'string', description: 'Only requests that arrived before this time.' },
      key: { type: 'string', description: 'Name or id of a key.' },
      team: { type: 'string', description: 'Name or id of a team.' },
      code: { type: 'string', description: 'Error code.' },
      status: { enum: LEDGER_STATUSES },
      requestId: { type: 'string', description: 'Value of `x-request-id`.' },
    },
  },
  'GET /admin/v1/requests/{id}': {
    summary: 'Explains a request: models, targets, failures, prices, cache and times',
    description:
      'The id is the value of `x-outcrop-id`. The row of a request is there about a second after its end. Contains no content.',
    answer: 'ExplainedRequest',
  },
} as const;
