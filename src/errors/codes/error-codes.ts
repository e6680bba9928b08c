import type { ErrorCodeRow, ErrorSource } from './error-code-row.ts';
import { REQUEST_ERROR_CODES } from './request-error-codes.ts';
import { SERVICE_ERROR_CODES } from './service-error-codes.ts';

/**
 * The register of error codes: `error.code` on the wire, `errorCode` in the log and the label `code` of metrics. A code
 * has one row for each origin; the first is its default. docs/failures.md and /openapi.json show it.
 */
export const ERROR_CODES = { ...REQUEST_ERROR_CODES, ...SERVICE_ERROR_CODES } satisfies Readonly<
  Record<string, readonly [ErrorCodeRow, ...ErrorCodeRow[]]>
>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Codes whose default status is 400. */
export type BadRequestCode = {
  [Code in ErrorCode]: (typeof ERROR_CODES)[Code][0]['status'] extends 400 ? Code : never;
}[ErrorCode];

/** The row of a failure without a code: an invalid request that OpenAI has no code for. */
const ROW_WITHOUT_CODE: ErrorCodeRow = {
  status: 400,
  type: 'invalid_request_error',
  source: 'client',
  retry: 'no',
  description: 'The request is not valid.',
};

/** Returns the row of a code for a source; without a source, the default row of the code. */
export function errorCodeRow(code: ErrorCode | null, source?: ErrorSource): ErrorCodeRow {
  if (code === null) return ROW_WITHOUT_CODE;
  const rows: readonly ErrorCodeRow[] = ERROR_CODES[code];
  return rows.find((row) => row.source === source) ?? rows[0]!;
}
