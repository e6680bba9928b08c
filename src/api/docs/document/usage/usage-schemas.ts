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

/** Schemas of answers about usage. */
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
} satisfies Record<string, OpenApiSchema>;
