import { GatewayError, type GatewayErrorInit } from '../../errors/errors.ts';
import { meaningOfMessage } from './message-templates.ts';
import { schemaRejectionCode } from './schema-rejections.ts';
import { throttledQuota } from '../../wire/throttle-message.ts';

/** Error fields for one AWS exception. The register of error codes has its status, type and retryability. */
type ErrorFields = Pick<GatewayErrorInit, 'code' | 'source' | 'param' | 'shouldRetry' | 'causableByRequest'>;

const INVALID: ErrorFields = { code: null, source: 'upstream' };
/** AWS rejects the gateway's credentials. The status is never 401, because the client would take its own key for invalid. */
const OWN_CREDENTIALS: ErrorFields = { code: 'upstream_auth_error', source: 'gateway' };
const AWS_THROTTLED: ErrorFields = { code: 'rate_limit_exceeded', source: 'upstream' };
const QUOTA: ErrorFields = { code: 'insufficient_quota', source: 'upstream', shouldRetry: false };
const UNAVAILABLE: ErrorFields = { code: 'service_unavailable', source: 'upstream' };
const MODEL_ERROR: ErrorFields = { code: 'model_error', source: 'upstream' };
const INTERNAL: ErrorFields = { code: 'internal_server_error', source: 'upstream' };

/**
 * Error fields by AWS exception name in lower case. Both HTTP errors and stream frames use these names. Source of statuses
 * and retryability: Bedrock Runtime API reference, 2026-11.
 */
const ERROR_FIELDS: Readonly<Record<string, ErrorFields>> = {
  validationexception: INVALID,
  serializationexception: INVALID,
  // AWS also raises it for a cache point, a guardrail or an S3 object that a request names (API reference and user guide,
  // 2026-11).
  accessdeniedexception: { code: 'model_access_denied', source: 'upstream', causableByRequest: true },
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
  // AWS also raises it for a guardrail or a prompt that a request names.
  resourcenotfoundexception: { code: 'model_not_found', source: 'upstream', param: 'model', causableByRequest: true },
  throttlingexception: AWS_THROTTLED,
  toomanyrequestsexception: AWS_THROTTLED,
  // AWS also raises it for a single request that is larger than a quota.
  servicequotaexceededexception: { ...QUOTA, causableByRequest: true },
  modelnotreadyexception: { code: 'model_not_ready', source: 'upstream' },
  modeltimeoutexception: { code: 'model_timeout', source: 'upstream' },
  modelerrorexception: MODEL_ERROR,
  modelstreamerrorexception: MODEL_ERROR,
  internalserverexception: INTERNAL,
  internalfailure: INTERNAL,
  serviceunavailableexception: UNAVAILABLE,
  serviceunavailable: UNAVAILABLE,
  conflictexception: { code: 'conflict', source: 'upstream' },
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
const TOO_LONG: ErrorFields = { ...INVALID, code: 'context_length_exceeded', param: PROMPT };
const NOT_CALLABLE: ErrorFields = { ...INVALID, code: 'model_not_supported', param: 'model', causableByRequest: true };
const NOT_COUNTED: ErrorFields = { ...INVALID, code: 'tokens_not_counted', param: 'model' };

/** Converts an error of Bedrock to a GatewayError. The message of AWS passes unmodified. */
export function fromAwsError(response: AwsErrorResponse): GatewayError {
  const exception = response.exception.split(/[:#]/).find((part) => /Exception|[A-Z]/.test(part)) ?? response.exception;
  const fields = errorFieldsOf(exception, response);
  return new GatewayError({
    ...fields,
    message: response.message || `Bedrock returned ${exception || 'an error'} without a message.`,
    exception: exception || undefined,
    upstreamStatus: response.status,
    upstreamRequestId: response.upstreamRequestId,
  });
}

/**
 * Returns the error fields for the exception's name. The message refines them only if a template matches the whole message.
 */
function errorFieldsOf(exception: string, { message, status }: AwsErrorResponse): ErrorFields {
  const fields = ERROR_FIELDS[exception.toLowerCase()] ?? byStatus(status, exception);
  if (fields.code === 'rate_limit_exceeded') return throttledQuota(message) === 'day' ? QUOTA : fields;
  if (fields !== INVALID && !fields.causableByRequest) return fields;
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
      return { ...fields, causableByRequest: undefined };
    case undefined:
      return fields === INVALID ? { ...INVALID, code: schemaRejectionCode(message) } : fields;
    default:
      return meaning satisfies never;
  }
}

/**
 * Returns the error fields by HTTP status, for an exception that is not in the table. An error without an exception name
 * does not come from AWS.
 */
function byStatus(status: number | undefined, exception: string): ErrorFields {
  if (status === 429) return AWS_THROTTLED;
  if (status === 503) return UNAVAILABLE;
  if (status === 413) return { code: 'request_too_large', source: 'upstream' };
  const isRejection = status !== undefined && status >= 400 && status < 500;
  if (isRejection && exception !== '') return { ...INVALID, code: 'upstream_rejected' };
  // A firewall or a proxy between the gateway and AWS may reject single requests for their content.
  const causableByRequest = isRejection || undefined;
  return { code: 'upstream_error', source: 'upstream', causableByRequest };
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
    code: 'upstream_connection_error',
    message: `The connection to Bedrock failed${code ? ` (${code})` : ''}.`,
    causableByRequest: BEFORE_SENDING.includes(code) ? undefined : true,
    cause,
  });
}

/** Returns a 504 for an exceeded time limit of the gateway. Retryable. */
export function upstreamTimeout(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'timeout', message, cause });
}

/** Returns the error for a stream that ended before its last event: the answer is incomplete. */
export function incompleteStream(): GatewayError {
  return new GatewayError({
    code: 'upstream_stream_incomplete',
    message: 'The stream from Bedrock ended before the answer was complete.',
  });
}

/** Returns the error for a 200 whose body is not an answer of the operation. */
export function invalidUpstreamAnswer(): GatewayError {
  return new GatewayError({
    code: 'upstream_invalid_answer',
    message: 'Bedrock returned a body that is not an answer of this operation.',
  });
}

/**
 * Returns the error for a 200 whose body exceeds `limitBytes`. Not retryable: another attempt would receive the same body.
 */
export function upstreamAnswerTooLarge(limitBytes: number): GatewayError {
  return new GatewayError({
    code: 'upstream_answer_too_large',
    message: `The answer from Bedrock is larger than ${limitBytes} bytes. No model returns that much: check the proxies between the gateway and Bedrock.`,
  });
}
