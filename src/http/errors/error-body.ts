import type { IncomingHttpHeaders } from 'node:http';
import { type GatewayError, toErrorBody } from '../../errors/errors.ts';
import { CONTEXT_OVERFLOW } from '../context/prompt-field.ts';

/** API in whose format an error is rendered. */
export type ErrorDialect = 'openai' | 'anthropic' | 'bedrock';

/** Paths of Bedrock's own API. */
const BEDROCK_PATH = /^\/(model\/|inference-profiles(\/|$))/;

/** Paths of Anthropic's API. Case-insensitive, as Express matches paths. */
const MESSAGES_ENDPOINT = /^\/v1\/messages/i;

/** Returns the error format for a client. Anthropic's clients are recognized by path or header. `path` has no query. */
export function errorDialectOf(path: string, headers: IncomingHttpHeaders): ErrorDialect {
  if (BEDROCK_PATH.test(path)) return 'bedrock';
  const anthropic = MESSAGES_ENDPOINT.test(path) || headers['anthropic-version'] !== undefined;
  return anthropic ? 'anthropic' : 'openai';
}

/** Returns the HTTP status that the clients of an API expect for an error. */
export function statusForDialect(error: GatewayError, dialect: ErrorDialect): number {
  switch (dialect) {
    case 'openai':
      return error.status;
    case 'anthropic':
      return error.status === 503 ? 529 : error.status;
    case 'bedrock':
      // For AWS's clients, an invalid key is an AccessDeniedException.
      return error.upstreamStatus ?? (error.status === 401 ? 403 : error.status);
    default:
      return dialect satisfies never;
  }
}

/** Returns the exception name for AWS's clients: that of Bedrock, or the one that matches the status. */
export function awsExceptionName(error: GatewayError): string {
  if (error.exception !== undefined) return error.exception;
  switch (error.status) {
    case 401:
    case 403:
      return 'AccessDeniedException';
    case 404:
      return 'ResourceNotFoundException';
    case 429:
      return 'ThrottlingException';
    case 503:
      return 'ServiceUnavailableException';
    case 504:
      return 'ModelTimeoutException';
    default:
      return error.status < 500 ? 'ValidationException' : 'InternalServerException';
  }
}

/** Returns the JSON of an error, for a response body or for an error event in a stream. */
export function renderError(error: GatewayError, dialect: ErrorDialect, requestId: string): string {
  switch (dialect) {
    case 'openai':
      return JSON.stringify(toErrorBody(error));
    case 'anthropic':
      return JSON.stringify({
        type: 'error',
        error: { type: anthropicType(error.status), message: anthropicMessage(error), details: error.details },
        request_id: requestId,
      });
    case 'bedrock':
      return JSON.stringify({ message: error.message });
    default:
      return dialect satisfies never;
  }
}

/**
 * Returns the message in the form that Anthropic's clients evaluate. Claude Code shortens a conversation after "prompt is
 * too long", and lowers `max_tokens` after "exceed context limit" (anthropics/claude-code#476, 2026). Other models use
 * different messages.
 */
function anthropicMessage({ status, code, message, param }: GatewayError): string {
  if (/prompt is too long|exceed context limit/.test(message)) return message;
  if (code === CONTEXT_OVERFLOW) return `prompt is too long: ${message}`;
  if (status !== 400 || param === null) return message;
  // Anthropic's errors have no field for the path. Their message contains it, with dots.
  const path = param.replaceAll(/\[(\d+)\]/g, '.$1');
  if (message.includes(param)) return path === param ? message : message.replaceAll(param, () => path);
  return message.includes(path) ? message : `${path}: ${message}`;
}

/** Returns Anthropic's error type of a status (Anthropic API documentation, 2026-11). */
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
