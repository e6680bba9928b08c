/**
 * Source of a failure.
 * - `client`: the request.
 * - `key`: the API key.
 * - `team`: the budget of a team.
 * - `quota`: a quota of Bedrock that the gateway counts.
 * - `upstream`: Bedrock, or the connection to it.
 * - `gateway`: this process, its settings or its stores.
 */
export type ErrorSource = 'client' | 'key' | 'team' | 'quota' | 'upstream' | 'gateway';

/**
 * Party that may send the same request again.
 * - `gateway`: the gateway, before the first byte of the answer. The client may do so when the gateway gave up.
 * - `client`: only the client, after the time in `retry-after` if the response has one.
 * - `no`: none, because the request would fail again.
 */
export type RetryAdvice = 'gateway' | 'client' | 'no';

/** One origin of an error code. */
export interface ErrorCodeRow {
  /** HTTP status in the form of OpenAI; `http/errors/error-body.ts` converts it for other APIs. */
  status: number;
  /** OpenAI's `error.type`. */
  type: string;
  source: ErrorSource;
  retry: RetryAdvice;
  /** One sentence for /openapi.json and docs/failures.md. */
  description: string;
}

type RowOf<Status extends number> = ErrorCodeRow & { status: Status };

/** Returns a row for a failure that is not an invalid request. */
export function failureRow<const Status extends number>(
  status: Status,
  type: string,
  source: ErrorSource,
  retry: RetryAdvice,
  description: string,
): RowOf<Status> {
  return { status, type, source, retry, description };
}

/** Returns a row for a request that the gateway rejects as invalid. */
export function invalidRow<const Status extends number>(status: Status, description: string): RowOf<Status> {
  return failureRow(status, 'invalid_request_error', 'client', 'no', description);
}

/** Returns a row for a request that Bedrock rejects as invalid. */
export function rejectedRow<const Status extends number>(status: Status, description: string): RowOf<Status> {
  return failureRow(status, 'invalid_request_error', 'upstream', 'no', description);
}

/** Returns a row for a failure of Bedrock or of the connection to it, which the gateway retries. */
export function upstreamRow<const Status extends number>(status: Status, description: string): RowOf<Status> {
  return failureRow(status, 'server_error', 'upstream', 'gateway', description);
}

/** Returns a row for a limit of the API key. */
export function keyLimitRow(description: string): RowOf<429> {
  return failureRow(429, 'requests', 'key', 'client', description);
}
