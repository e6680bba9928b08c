import type { ErrorSource, RetryAdvice } from '../../errors/codes/error-code-row.ts';
import { ERROR_CODES, type ErrorCode, errorCodeRow } from '../../errors/codes/error-codes.ts';
import type { LedgerExplanation } from '../rows/ledger-explanation.ts';
import type { StoredRequestRow } from './stored-request.ts';

/** Why a request has failed, and where to read on. */
export interface RequestError {
  readonly code: string;
  readonly source: ErrorSource | null;
  /** One sentence. */
  readonly meaning: string;
  /** Who may send the same request again. */
  readonly retry: RetryAdvice | null;
  /** Seconds after which a client may do so, as `retry-after` has them. */
  readonly retryAfterSeconds?: number;
  /** Status of the failure, if the head of the response was sent before with another one. */
  readonly status?: number;
  /** Page and section of the documentation. */
  readonly documentation: string;
}

/** Codes that are in the log and in rows only. */
const OWN_MEANINGS: ReadonlyMap<string, string> = new Map([
  ['client_stalled', 'The client stopped reading the answer.'],
]);

const ERROR_CODE_SECTION = 'docs/failures.md#error-codes';
/** Sections that explain the rule behind a code. */
const SECTIONS: Readonly<Partial<Record<ErrorCode, string>>> = {
  insufficient_quota: 'docs/quotas.md',
  model_blocked: 'docs/governance.md#which-models',
  permission_denied: 'docs/governance.md#which-models',
  residency_denied: 'docs/governance.md#which-models',
  schema_budget_exceeded: 'docs/structured-output.md',
  schema_too_complex: 'docs/structured-output.md',
  structured_output_invalid: 'docs/structured-output.md',
  overloaded: 'docs/overload.md',
  concurrency_limit_exceeded: 'docs/overload.md',
};

/** Returns the error of a row; null without one. */
export function requestErrorOf(
  row: Pick<StoredRequestRow, 'error_code' | 'error_source'>,
  { errorStatus, retryAfterSeconds }: LedgerExplanation,
): RequestError | null {
  const code = row.error_code;
  if (code === null) return null;
  const source = row.error_source as ErrorSource | null;
  // A failure without a code has its type in place of it.
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : null;
  const { description, retry } = errorCodeRow(known, source ?? undefined);
  return {
    code,
    source,
    meaning: OWN_MEANINGS.get(code) ?? description,
    retry: OWN_MEANINGS.has(code) ? null : retry,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(errorStatus !== undefined && { status: errorStatus }),
    documentation: documentationOf(known, source),
  };
}

function documentationOf(code: ErrorCode | null, source: ErrorSource | null): string {
  if (code === 'rate_limit_exceeded' && source === 'quota') return 'docs/quotas.md';
  return (code === null ? undefined : SECTIONS[code]) ?? ERROR_CODE_SECTION;
}
