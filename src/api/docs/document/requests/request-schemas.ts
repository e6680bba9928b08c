import { QUARANTINE_REASONS } from '../../../../ledger/preparation/row-admission.ts';
import { LEDGER_STATUSES } from '../../../../ledger/rows/ledger-row.ts';
import type { OpenApiSchema } from '../bodies/schema.ts';
import { anyText, nullableText, objectOf, wholeCount } from '../other-admin-schemas.ts';

const usd = { type: 'string', pattern: '^\\d+(\\.\\d+)?$', description: 'USD, exact.' };
const trueOrFalse = { type: 'boolean' };
const milliTime = { type: 'number', minimum: 0 };
const namedObject = { anyOf: [objectOf({ id: anyText }, { name: anyText }), { type: 'null' }] };
const failure = objectOf({ name: anyText, errorCode: anyText });
const tokens = objectOf({
  input: wholeCount,
  output: wholeCount,
  cacheRead: wholeCount,
  cacheWrite: wholeCount,
  cacheWrite1h: { ...wholeCount, description: 'Part of `cacheWrite`.' },
});

function arrayOf(items: OpenApiSchema): OpenApiSchema {
  return { type: 'array', items };
}

function orNull(schema: OpenApiSchema): OpenApiSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

const COMMON_FIELDS = {
  id: { ...anyText, description: 'UUIDv7, the value of `x-outcrop-id`.' },
  at: { ...anyText, description: 'Time of arrival, ISO 8601 in UTC.' },
  requestId: { ...anyText, description: 'Value of `x-request-id`. It may come from the client.' },
  key: namedObject,
  team: namedObject,
  application: namedObject,
  principal: orNull(objectOf({ id: anyText })),
  endpoint: anyText,
  status: { enum: LEDGER_STATUSES },
  httpStatus: wholeCount,
  errorCode: nullableText,
  errorSource: nullableText,
  durationMs: milliTime,
  firstEventMs: { type: ['number', 'null'] },
  tokens,
  isEstimated: { ...trueOrFalse, description: 'True if AWS has not reported the tokens of a call.' },
  count: { ...wholeCount, description: 'Requests for which the row stands: more than 1 only for refused ones.' },
};

const summary = objectOf({
  ...COMMON_FIELDS,
  modelAsked: nullableText,
  modelAnswering: nullableText,
  cache: nullableText,
  costUsd: { ...usd, description: 'USD at contract prices where they apply, else at list prices.' },
});

const billedLine = objectOf({
  at: anyText,
  model: anyText,
  target: nullableText,
  region: anyText,
  profile: nullableText,
  account: nullableText,
  tier: anyText,
  units: arrayOf(
    objectOf(
      { kind: anyText, count: wholeCount, unitPriceUsd: usd, costUsd: usd },
      { contractUnitPriceUsd: { ...usd, description: 'Absent if the list price applies.' } },
    ),
  ),
  listCostUsd: usd,
  contractCostUsd: usd,
  priceSource: anyText,
  priceVersion: anyText,
  isEstimated: trueOrFalse,
  upstreamRequestId: nullableText,
});

const error = objectOf(
  {
    code: anyText,
    source: nullableText,
    meaning: anyText,
    retry: { enum: ['gateway', 'client', 'no', null] },
    documentation: { ...anyText, description: 'Page and section of the documentation.' },
  },
  { retryAfterSeconds: wholeCount, status: wholeCount },
);

const timeline = objectOf(
  {
    steps: arrayOf(objectOf({ event: anyText, atMs: milliTime })),
    parts: {
      type: 'object',
      description:
        'Milliseconds of upload, queue, quota, translation, bedrock, retry and finish, as far as they occurred.',
      additionalProperties: { type: 'number' },
    },
  },
  { addedMs: milliTime, waitedFor: anyText },
);

/** Schemas of requests in the ledger. */
export const requestSchemas = {
  RequestPage: objectOf({ data: arrayOf(summary), has_more: trueOrFalse, next: nullableText }),
  ExplainedRequest: objectOf({
    ...COMMON_FIELDS,
    day: anyText,
    traceId: nullableText,
    method: anyText,
    isStream: trueOrFalse,
    hasClientDisconnected: trueOrFalse,
    costCenter: nullableText,
    model: objectOf(
      {
        asked: nullableText,
        answering: nullableText,
        reason: { enum: ['asked', 'name', 'successor', 'fallback', 'answer_cache', 'none'] },
        explanation: anyText,
      },
      { state: { const: 'deprecated' } },
    ),
    error: orNull(error),
    targets: objectOf({
      answering: nullableText,
      failed: arrayOf(failure),
      failedModels: arrayOf(failure),
      continued: arrayOf(failure),
      retries: wholeCount,
      retried: arrayOf(objectOf({ errorCode: anyText, waitedMs: milliTime })),
      calls: wholeCount,
      upstreamRequestId: nullableText,
    }),
    quota: orNull(objectOf({ exhausted: anyText, demandTokens: wholeCount, waitedMs: milliTime })),
    adjustments: arrayOf(anyText),
    cost: objectOf({ listUsd: usd, contractUsd: usd, priceSource: nullableText, isEstimated: trueOrFalse }),
    cache: orNull(objectOf({ result: anyText, savedUsd: usd })),
    corrects: { ...nullableText, description: 'Id of the row that this row corrects.' },
    lines: { ...arrayOf(billedLine), description: 'Calls that AWS bills; at most 1,000.' },
    hasMoreLines: trueOrFalse,
    timeline,
    isShortened: trueOrFalse,
  }),
} satisfies Record<string, OpenApiSchema>;

const quarantineReason = { enum: QUARANTINE_REASONS };
const quarantineFields = {
  id: { ...anyText, description: 'Id of the row; a hash of the content if it is not a row.' },
  day: { ...anyText, description: 'YYYY-MM-DD; empty if the content is not a row.' },
  reason: quarantineReason,
  detail: { ...anyText, description: 'The error.' },
  at: { ...anyText, description: 'When the row was put into quarantine, ISO 8601 in UTC.' },
};

/** Schemas of rows of the ledger that were not accepted. */
export const quarantineSchemas = {
  QuarantinePage: objectOf({
    data: { type: 'array', items: objectOf(quarantineFields) },
    has_more: { type: 'boolean' },
    next: { type: ['string', 'null'] },
  }),
  QuarantinedLedgerRow: objectOf({ ...quarantineFields, content: { ...anyText, description: 'The row as JSON.' } }),
  QuarantineRetry: objectOf(
    { id: anyText, outcome: { enum: ['written', 'repeated', 'kept'] } },
    { reason: quarantineReason, detail: anyText },
  ),
  QuarantineDrop: objectOf({ id: anyText, dropped: { const: true } }),
};
