/** Descriptions of the comparison with AWS's bill, by method and path. */
export const RECONCILIATION_OPERATIONS = {
  'GET /admin/v1/reconciliation': {
    summary: "Lists the months that were compared with AWS's bill",
    answer: 'ReconciledMonths',
  },
  'GET /admin/v1/reconciliation/{month}': {
    summary: "Returns the latest comparison of a month with AWS's bill",
    description:
      'The drift of each model and day with its likely causes. Taxes, credits, refunds and discounts are listed, and are no drift. ' +
      'Costs are USD as decimal text; drift is the cost on the bill minus that of the ledger.',
    answer: 'Reconciliation',
  },
  'GET /admin/v1/reconciliation/ledger/{day}': {
    summary: 'Returns the sums of the ledger for a day in UTC, for a comparison by the command line',
    answer: 'LedgerDaySums',
  },
} as const;
