import { GatewayError } from '../../errors/errors.ts';
import { meaningOfMessage } from './message-templates.ts';
import { schemaRejectionCode } from './schema-rejections.ts';
import { throttledQuota } from '../../wire/throttle-message.ts';

/** Error fields for one AWS exception. Statuses and retryability: Bedrock Runtime API reference, 2026-11. */
interface Verdict {
  status: number;
  type: string;
  code: string | null;
  retryable: boolean;
  param?: string;
  shouldRetry?: boolean;
  /** True if the content of a request alone can cause the exception; see `Failure.provokable`. */
  provokable?: boolean;
}

const INVALID: Verdict = { status: 400, type: 'invalid_request_error', code: null, retryable: false };
/** AWS rejects the gateway's credentials. The status is never 401, because the client would take its own key for invalid. */
const OWN_CREDENTIALS: Verdict = { status: 500, type: 'server_error', code: 'upstream_auth_error', retryable: false };
const QUOTA: Verdict = {
  status: 429,
  type: 'rate_limit_error',
  code: 'insufficient_quota',
  retryable: false,
  shouldRetry: false,
};
const UNAVAILABLE: Verdict = { status: 503, type: 'server_error', code: 'service_unavailable', retryable: true };

/** Error fields by AWS exception name in lower case. Both HTTP errors and stream frames use these names. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  validationexception: INVALID,
  serializationexception: INVALID,
  // AWS also raises it for a cache point, a guardrail or an S3 object that a request names (API reference and user guide,
  // 2026-11).
  accessdeniedexception: {
    status: 403,
    type: 'permission_error',
    code: 'model_access_denied',
    retryable: false,
    provokable: true,
  },
  unrecognizedclientexception: OWN_CREDENTIALS,
  expiredtokenexception: OWN_CREDENTIALS,
  expiredtoken: OWN_CREDENTIALS,
  invalidsignatureexception: OWN_CREDENTIALS,
  signaturedoesnotmatch: OWN_CREDENTIALS,
  incompletesignature: OWN_CREDENTIALS,
  incompletesignatureexception: OWN_CREDENTIALS,
  missingauthenticationtokenexception: OWN_CREDENTIALS,
  missingauthenticationtoken: OWN_CREDENTIALS,
  requestexpired: OWN_CREDENTIALS,
  resourcenotfoundexception: {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    retryable: false,
    param: 'model',
    // AWS also raises it for a guardrail or a prompt that a request names.
    provokable: true,
  },
  throttlingexception: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded', retryable: true },
  toomanyrequestsexception: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded', retryable: true },
  // AWS also raises it for a single request that is larger than a quota.
  servicequotaexceededexception: { ...QUOTA, provokable: true },
  modelnotreadyexception: { status: 503, type: 'server_error', code: 'model_not_ready', retryable: true },
  modeltimeoutexception: { status: 504, type: 'server_error', code: 'model_timeout', retryable: true },
  modelerrorexception: { status: 502, type: 'server_error', code: 'model_error', retryable: true },
  modelstreamerrorexception: { status: 502, type: 'server_error', code: 'model_error', retryable: true },
  internalserverexception: { status: 500, type: 'server_error', code: 'internal_server_error', retryable: true },
  internalfailure: { status: 500, type: 'server_error', code: 'internal_server_error', retryable: true },
  serviceunavailableexception: UNAVAILABLE,
  serviceunavailable: UNAVAILABLE,
  conflictexception: { status: 409, type: 'invalid_request_error', code: 'conflict', retryable: false },
};

/** An error of AWS, from an HTTP response or a frame of a stream. */
export interface AwsErrorResponse {
  /** Exception name, e.g. `ThrottlingException`. A suffix after `:` or `#` is ignored. */
  exception: string;
  message: string;
  /** Absent if the exception came as a frame of a stream. */
  status?: number;
  upstreamRequestId?: string;
}

/** Name of the prompt field until the error filter knows the endpoint; see `http/context/prompt-field.ts`. */
const PROMPT = 'messages';
const TOO_LONG: Verdict = { ...INVALID, code: 'context_length_exceeded', param: PROMPT };
const NOT_CALLABLE: Verdict = { ...INVALID, code: 'model_not_supported', param: 'model', provokable: true };
const NOT_COUNTED: Verdict = { ...INVALID, code: 'tokens_not_counted', param: 'model' };

/** Converts an error of Bedrock to a GatewayError. The message of AWS passes unmodified. */
export function fromAwsError(refusal: AwsErrorResponse): GatewayError {
  const exception = refusal.exception.split(/[:#]/).find((part) => /Exception|[A-Z]/.test(part)) ?? refusal.exception;
  const verdict = verdictOf(exception, refusal);
  return new GatewayError({
    ...verdict,
    message: refusal.message || `Bedrock returned ${exception || 'an error'} without a message.`,
    exception: exception || undefined,
    upstreamStatus: refusal.status,
    upstreamRequestId: refusal.upstreamRequestId,
  });
}

/**
 * Returns the error fields for the exception's name. The message refines them only if a template matches the whole message.
 */
function verdictOf(exception: string, { message, status }: AwsErrorResponse): Verdict {
  const verdict = VERDICTS[exception.toLowerCase()] ?? byStatus(status, exception);
  if (verdict.code === 'rate_limit_exceeded') return throttledQuota(message) === 'day' ? QUOTA : verdict;
  if (verdict !== INVALID && !verdict.provokable) return verdict;
  const meaning = meaningOfMessage(exception, message);
  switch (meaning) {
    case 'context-overflow':
      return TOO_LONG;
    case 'model-not-callable':
      return NOT_CALLABLE;
    case 'no-token-count':
      return NOT_COUNTED;
    case 'no-model-access':
    case 'no-such-model':
      return { ...verdict, provokable: undefined };
    case undefined:
      return verdict === INVALID ? { ...INVALID, code: schemaRejectionCode(message) } : verdict;
    default:
      return meaning satisfies never;
  }
}

/**
 * Returns the error fields by HTTP status, for an exception that is not in the table. An error without an exception name
 * does not come from AWS.
 */
function byStatus(status: number | undefined, exception: string): Verdict {
  if (status === 429) return VERDICTS.throttlingexception!;
  if (status === 503) return UNAVAILABLE;
  if (status === 413) {
    return { status: 413, type: 'invalid_request_error', code: 'request_too_large', retryable: false };
  }
  const isRejection = status !== undefined && status >= 400 && status < 500;
  if (isRejection && exception !== '') return { ...INVALID, code: 'upstream_rejected' };
  // A firewall or a proxy between the gateway and AWS may reject single requests for their content.
  const provokable = isRejection || undefined;
  return { status: 502, type: 'server_error', code: 'upstream_error', retryable: true, provokable };
}

/** Codes of failures that occur before a byte of the request is sent, so its content cannot be the cause. */
const BEFORE_SENDING = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
];

/** Returns the error for a failed connection to Bedrock, or for an expired timeout of undici. */
export function connectionError(cause: Error): GatewayError {
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return upstreamTimeout('Bedrock did not answer within the time limit.', cause);
  }
  return new GatewayError({
    status: 502,
    type: 'server_error',
    code: 'upstream_connection_error',
    message: `The connection to Bedrock failed${code ? ` (${code})` : ''}.`,
    retryable: true,
    provokable: BEFORE_SENDING.includes(code) ? undefined : true,
    cause,
  });
}

/** Returns a 504 for an exceeded time limit of the gateway. Retryable. */
export function upstreamTimeout(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ status: 504, type: 'server_error', code: 'timeout', message, retryable: true, cause });
}

/** Returns the error for a stream that ended before its last event: the answer is incomplete. */
export function incompleteStream(): GatewayError {
  return new GatewayError({
    status: 502,
    type: 'server_error',
    code: 'upstream_stream_incomplete',
    message: 'The stream from Bedrock ended before the answer was complete.',
    retryable: true,
  });
}

/** Returns the error for a 200 whose body is not an answer of the operation. */
export function invalidUpstreamAnswer(): GatewayError {
  return new GatewayError({
    status: 502,
    type: 'server_error',
    code: 'upstream_invalid_answer',
    message: 'Bedrock returned a body that is not an answer of this operation.',
    retryable: true,
  });
}

/**
 * Returns the error for a 200 whose body exceeds `limitBytes`. Not retryable: another attempt would receive the same body.
 */
export function upstreamAnswerTooLarge(limitBytes: number): GatewayError {
  return new GatewayError({
    status: 502,
    type: 'server_error',
    code: 'upstream_answer_too_large',
    message: `The answer from Bedrock is larger than ${limitBytes} bytes. No model returns that much: check the proxies between the gateway and Bedrock.`,
  });
}
