/** What a failure is called on the wire, in logs and in metrics: one name everywhere. */
export interface GatewayErrorInit {
  /** HTTP status of the answer. */
  status: number;
  /** OpenAI's `error.type`, e.g. `invalid_request_error`. */
  type: string;
  /** OpenAI's `error.code`; also the log field and the metric label. */
  code: string | null;
  message: string;
  /** Path of the request field at fault, e.g. `messages[2].content[0].type`. */
  param?: string | null;
  /** Whether the same request may succeed when it is sent again. */
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
  readonly code: string | null;
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
    this.status = failure.status;
    this.type = failure.type;
    this.code = failure.code;
    this.param = failure.param ?? null;
    this.retryable = failure.retryable ?? false;
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
    const { status, type, code, param, retryable, retryAfter, shouldRetry, details, exception } = this;
    const known = { status, type, code, param, retryable, retryAfter, shouldRetry, details, exception };
    const { message, cause, upstreamStatus, upstreamRequestId, provokable } = this;
    return new GatewayError({ ...known, message, cause, upstreamStatus, upstreamRequestId, provokable, ...more });
  }
}

function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

/** 400: the request itself is wrong; `param` names where. */
export function badRequest(message: string, param: string | null = null, code: string | null = null): GatewayError {
  return new GatewayError({ status: 400, type: 'invalid_request_error', code, message, param });
}

/** 401 in OpenAI's words. */
export function invalidApiKey(message: string): GatewayError {
  return new GatewayError({ status: 401, type: 'invalid_request_error', code: 'invalid_api_key', message });
}

/** 403: the key is good, this is not for it. */
export function permissionDenied(message: string, param: string | null = null): GatewayError {
  return new GatewayError({ status: 403, type: 'permission_error', code: 'permission_denied', message, param });
}

/** 404 as OpenAI answers for a model that does not exist or is not for this key. */
export function modelNotFound(message: string): GatewayError {
  return new GatewayError({
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message,
    param: 'model',
  });
}

/** 500: a fault of the gateway itself; the cause goes to the log, never to the client. */
export function internalError(cause: unknown): GatewayError {
  return new GatewayError({
    status: 500,
    type: 'server_error',
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
