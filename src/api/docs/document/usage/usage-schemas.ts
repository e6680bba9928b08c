import { USAGE_DIMENSIONS, USAGE_INTERVALS } from '../../../../ledger/usage/usage-query.ts';
import type { OpenApiSchema } from '../bodies/schema.ts';
import { anyText, nullableText, objectOf, wholeCount } from '../other-admin-schemas.ts';

const usdAmount = { type: 'string', description: 'Decimal text in USD, exact to a nano-USD.' };
const usageSums = { $ref: '#/components/schemas/UsageSums' };
const forecast = {
  anyOf: [objectOf({ month: anyText, listCostUsd: usdAmount, contractCostUsd: usdAmount }), { type: 'null' }],
  description: 'Null within the first 24 hours of a month.',
};
const part = {
  previous: usageSums,
  forecast,
  intervals: { type: 'array', items: objectOf({ start: anyText, usage: usageSums }) },
};

const dimensionManifest = {
  hash: { ...anyText, description: 'SHA-256 of all sums in the order of their key.' },
  count: wholeCount,
  totals: { type: 'object', description: 'Total by column as decimal text. Costs are nano-USD.' },
};
const closedMonth = {
  month: anyText,
  frozenAt: anyText,
  manifestHash: { ...nullableText, description: 'Null if the close was interrupted. Close the month again.' },
};

/** Schemas of answers about usage and closed months. */
export const usageSchemas = {
  UsageSums: objectOf(
    {
      tokens: objectOf({
        input: wholeCount,
        output: wholeCount,
        cacheRead: wholeCount,
        cacheWrite: wholeCount,
        cacheWrite1h: wholeCount,
      }),
      listCostUsd: usdAmount,
      contractCostUsd: usdAmount,
      estimatedCostUsd: { ...usdAmount, description: 'Estimated part of the contract cost.' },
    },
    {
      requests: wholeCount,
      failed: wholeCount,
      refused: wholeCount,
      canceled: wholeCount,
      lost: wholeCount,
      cacheHits: wholeCount,
      estimatedRequests: wholeCount,
      calls: wholeCount,
      estimatedCalls: wholeCount,
      images: wholeCount,
      guardrailUnits: wholeCount,
      savedCostUsd: { ...usdAmount, description: 'What answers from the answer cache would have cost.' },
    },
  ),
  UsageReport: objectOf(
    {
      object: { const: 'usage' },
      by: { enum: [...USAGE_DIMENSIONS, null] },
      interval: { enum: [...USAGE_INTERVALS, null] },
      from: anyText,
      to: anyText,
      timeZone: anyText,
      currency: { const: 'USD' },
      totals: objectOf({ usage: usageSums }, part),
      groups: { type: 'array', items: objectOf({ id: nullableText, name: nullableText, usage: usageSums }, part) },
      other: {
        anyOf: [objectOf({ groups: wholeCount, usage: usageSums }, part), { type: 'null' }],
        description: 'Groups beyond the limit.',
      },
    },
    { previous: objectOf({ from: anyText, to: anyText }) },
  ),
  ClosedMonthList: objectOf({ data: { type: 'array', items: objectOf(closedMonth) } }),
  ClosedMonth: objectOf({ ...closedMonth, manifest: { type: ['object', 'null'] } }),
  MonthVerdict: objectOf({
    month: anyText,
    valid: { type: 'boolean' },
    manifestHash: anyText,
    differences: {
      type: 'array',
      items: objectOf({
        dimension: anyText,
        closed: objectOf(dimensionManifest),
        present: objectOf(dimensionManifest),
      }),
    },
  }),
  AdjustmentBody: {
    ...objectOf(
      { corrects: { ...anyText, description: 'Id of the row, as in x-outcrop-id.' }, reason: anyText },
      {
        listCostUsd: usdAmount,
        contractCostUsd: { ...usdAmount, description: 'What is added; negative for a credit.' },
      },
    ),
    additionalProperties: false,
  },
  LedgerAdjustment: objectOf({ id: anyText, countedOn: anyText, corrects: anyText }),
} satisfies Record<string, OpenApiSchema>;
