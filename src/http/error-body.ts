import type { IncomingHttpHeaders } from 'node:http';
import { type GatewayError, toErrorBody } from '../errors.ts';

/** In whose words an error is told. */
export type ErrorDialect = 'openai' | 'anthropic';

/** Anthropic's clients announce themselves by path or by header. `path` is without its query. */
export function errorDialectOf(path: string, headers: IncomingHttpHeaders): ErrorDialect {
  const anthropic = path.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined;
  return anthropic ? 'anthropic' : 'openai';
}

/** Anthropic's own status of an overload; its clients know it. */
export function statusOf(error: GatewayError, dialect: ErrorDialect): number {
  return dialect === 'anthropic' && error.status === 503 ? 529 : error.status;
}

/** The JSON of an error: the body of a refusal, or the data of an error event in a stream that has begun. */
export function renderError(error: GatewayError, dialect: ErrorDialect, requestId: string): string {
  switch (dialect) {
    case 'openai':
      return JSON.stringify(toErrorBody(error));
    case 'anthropic':
      return JSON.stringify({
        type: 'error',
        error: { type: anthropicType(error.status), message: error.message, details: error.details },
        request_id: requestId,
      });
    default:
      return dialect satisfies never;
  }
}

/** Anthropic's error types by status, as its API documentation lists them (2026-11). */
function anthropicType(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 402:
      return 'billing_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 503:
    case 529:
      return 'overloaded_error';
    case 504:
      return 'timeout_error';
    default:
      return status < 500 ? 'invalid_request_error' : 'api_error';
  }
}
