import type { ErrorSource } from './codes/error-code-row.ts';
import { errorCodeRow, type BadRequestCode, type ErrorCode } from './codes/error-codes.ts';

/** What a failure is called on the wire, in logs and in metrics: one name everywhere. */
export interface GatewayErrorInit {
  /** OpenAI's `error.code`; also the log field and the metric label. */
  code: ErrorCode | null;
  message: string;
  /** The origin of the failure, for a code that has several; default: that of the first row in the register. */
  source?: ErrorSource;
  /** HTTP status of the answer, where the register does not fix it. */
  status?: number;
  /** OpenAI's `error.type`, where the register does not fix it. */
  type?: string;
  /** Path of the request field at fault, e.g. `messages[2].content[0].type`. */
  param?: string | null;
  /** Whether the same request may succeed when it is sent again; default: the advice of the register. */
  retryable?: boolean;
  /** Seconds after which a retry makes sense; becomes `retry-after`. */
  retryAfter?: number;
  /** False tells clients not to retry at all (`x-should-retry: false`). */
  shouldRetry?: boolean;
  /** Anthropic's `error.details`, by which its clients know what else to try. */
  details?: Readonly<Record<string, unknown>>;
  /** Name of the AWS exception this failure came from, for logs and for clients of Bedrock's own API. */
  exception?: string;
  /** The HTTP status that came with it. */
  upstreamStatus?: number;
  /** Request id of the upstream, for support cases with AWS. */
  upstreamRequestId?: string;
  /**
   * True if the content of a request alone can cause the failure. It then proves nothing about the target to other API
   * keys until one of them meets it too (`routing/targets/target-health.ts`).
   */
  provokable?: boolean;
  cause?: unknown;
}

/** Messages quote the client and AWS. A longer one would cost memory and bandwidth, and nothing behind it helps. */
const LONGEST_MESSAGE = 4_096;

/** Every failure that a user can cause or meet. Rendered by the error filter and by begun streams. */
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
  readonly provokable?: boolean;

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
    this.provokable = failure.provokable;
  }

  /** The same failure with more known about it. */
  with(more: Partial<GatewayErrorInit>): GatewayError {
    const { status, type, code, source, param, retryable, retryAfter, shouldRetry, details, exception } = this;
    const known = { status, type, code, source, param, retryable, retryAfter, shouldRetry, details, exception };
    const { message, cause, upstreamStatus, upstreamRequestId, provokable } = this;
    return new GatewayError({ ...known, message, cause, upstreamStatus, upstreamRequestId, provokable, ...more });
  }
}

function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

/** 400: the request itself is wrong; `param` names where. */
export function badRequest(
  message: string,
  param: string | null = null,
  code: BadRequestCode | null = null,
): GatewayError {
  return new GatewayError({ code, message, param });
}

/** 401 in OpenAI's words. */
export function invalidApiKey(message: string): GatewayError {
  return new GatewayError({ code: 'invalid_api_key', message });
}

/** 403: the key is good, this is not for it. */
export function permissionDenied(message: string, param: string | null = null): GatewayError {
  return new GatewayError({ code: 'permission_denied', message, param });
}

/** 404 as OpenAI answers for a model that does not exist or is not for this key. */
export function modelNotFound(message: string): GatewayError {
  return new GatewayError({ code: 'model_not_found', message, param: 'model' });
}

/** 500: a fault of the gateway itself; the cause goes to the log, never to the client. */
export function internalError(cause: unknown): GatewayError {
  return new GatewayError({
    code: 'internal_error',
    message: 'The gateway failed to process the request. The request id identifies it in the gateway log.',
    cause,
  });
}

/** The OpenAI error object, all four keys always present (OpenAI specification, schema `Error`). */
export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

export function toErrorBody(error: GatewayError): ErrorBody {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}
