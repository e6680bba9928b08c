import type { ErrorSource } from './codes/error-code-row.ts';
import { errorCodeRow, type BadRequestCode, type ErrorCode } from './codes/error-codes.ts';

/** Fields of a GatewayError. Its `code` is the name of the error on the wire, in logs and in metrics. */
export interface GatewayErrorInit {
  /** OpenAI's `error.code`; also the log field and the metric label. */
  code: ErrorCode | null;
  message: string;
  /** The origin of the error, for a code that has several. Default: that of the first row in the register. */
  source?: ErrorSource;
  /** HTTP status of the response, if the register does not determine it. */
  status?: number;
  /** OpenAI's `error.type`, if the register does not determine it. */
  type?: string;
  /** Path of the request field that caused the error, e.g. `messages[2].content[0].type`. */
  param?: string | null;
  /** True if the same request may succeed later. Default: that of the register. */
  retryable?: boolean;
  /** Seconds before a retry is useful; sent as `retry-after`. */
  retryAfter?: number;
  /** False asks clients not to retry (`x-should-retry: false`). */
  shouldRetry?: boolean;
  /** Anthropic's `error.details`, which its clients evaluate. */
  details?: Readonly<Record<string, unknown>>;
  /** Name of the AWS exception that caused the error, for logs and for clients of Bedrock's own API. */
  exception?: string;
  /** HTTP status of the AWS exception. */
  upstreamStatus?: number;
  /** Request id of the upstream, for support cases with AWS. */
  upstreamRequestId?: string;
  /**
   * True if the content of a request alone can cause the failure. The failure then affects the health of the target for
   * other API keys only after one of them has it, too (`routing/targets/target-health.ts`).
   */
  causableByRequest?: boolean;
  /** True if the AWS role of the caller's team can cause the failure, so that it does not affect other API keys. */
  isOfCaller?: boolean;
  cause?: unknown;
}

/**
 * Maximum length of a message. Messages quote the client and AWS, and longer ones cost memory and bandwidth without being
 * more helpful.
 */
const MAX_MESSAGE_LENGTH = 4_096;

/** A failure that a client can cause or receive. The error filter and open streams render it. */
export class GatewayError extends Error implements GatewayErrorInit {
  readonly status: number;
  readonly type: string;
  readonly code: ErrorCode | null;
  readonly source: ErrorSource;
  readonly param: string | null;
  readonly retryable: boolean;
  readonly retryAfter?: number;
  readonly shouldRetry?: boolean;
  readonly details?: GatewayErrorInit['details'];
  readonly exception?: string;
  readonly upstreamStatus?: number;
  readonly upstreamRequestId?: string;
  readonly causableByRequest?: boolean;
  readonly isOfCaller?: boolean;

  constructor(failure: GatewayErrorInit) {
    super(shortened(failure.message), { cause: failure.cause });
    this.name = 'GatewayError';
    const row = errorCodeRow(failure.code, failure.source);
    this.status = failure.status ?? row.status;
    this.type = failure.type ?? row.type;
    this.code = failure.code;
    this.source = failure.source ?? row.source;
    this.param = failure.param ?? null;
    this.retryable = failure.retryable ?? row.retry === 'gateway';
    this.retryAfter = failure.retryAfter;
    this.shouldRetry = failure.shouldRetry;
    this.details = failure.details;
    this.exception = failure.exception;
    this.upstreamStatus = failure.upstreamStatus;
    this.upstreamRequestId = failure.upstreamRequestId;
    this.causableByRequest = failure.causableByRequest;
    this.isOfCaller = failure.isOfCaller;
  }

  /** Returns a copy with additional fields. */
  with(more: Partial<GatewayErrorInit>): GatewayError {
    const { status, type, code, source, param, retryable, retryAfter, shouldRetry, details, exception } = this;
    const known = { status, type, code, source, param, retryable, retryAfter, shouldRetry, details, exception };
    const { message, cause, upstreamStatus, upstreamRequestId, causableByRequest, isOfCaller } = this;
    return new GatewayError({
      ...known,
      message,
      cause,
      upstreamStatus,
      upstreamRequestId,
      causableByRequest,
      isOfCaller,
      ...more,
    });
  }
}

function shortened(message: string): string {
  return message.length <= MAX_MESSAGE_LENGTH ? message : `${message.slice(0, MAX_MESSAGE_LENGTH)}…`;
}

/** Returns a 400 for an invalid request. `param` is the path of the field. */
export function badRequest(
  message: string,
  param: string | null = null,
  code: BadRequestCode | null = null,
): GatewayError {
  return new GatewayError({ code, message, param });
}

/** Returns a 401 in OpenAI's format. */
export function invalidApiKey(message: string): GatewayError {
  return new GatewayError({ code: 'invalid_api_key', message });
}

/** Returns a 403: the key is valid, but has no access. */
export function permissionDenied(message: string, param: string | null = null): GatewayError {
  return new GatewayError({ code: 'permission_denied', message, param });
}

/** Returns a 404, as OpenAI does, for a model that does not exist or that the key may not use. */
export function modelNotFound(message: string): GatewayError {
  return new GatewayError({ code: 'model_not_found', message, param: 'model' });
}

/** Returns a 500 for an error of the gateway itself. The cause is logged, but not sent to the client. */
export function internalError(cause: unknown): GatewayError {
  return new GatewayError({
    code: 'internal_error',
    message: 'The gateway failed to process the request. The request id identifies it in the gateway log.',
    cause,
  });
}

/** OpenAI's error object. All four keys are always present (OpenAI specification, schema `Error`). */
export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** Converts an error to OpenAI's format. */
export function toErrorBody(error: GatewayError): ErrorBody {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}
