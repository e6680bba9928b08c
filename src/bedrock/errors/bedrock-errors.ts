import { GatewayError, type GatewayErrorInit } from '../../errors/errors.ts';
import { meaningOfMessage } from './message-templates.ts';
import { schemaRejectionCode } from './schema-rejections.ts';
import { throttledQuota } from '../../wire/throttle-message.ts';

/** How one AWS exception is answered. Its status, type and retryability stand in the register of error codes. */
type Verdict = Pick<GatewayErrorInit, 'code' | 'source' | 'param' | 'shouldRetry' | 'provokable'>;

const INVALID: Verdict = { code: null, source: 'upstream' };
/** The gateway's own credentials: never 401, or the client would take its own key for wrong. */
const OWN_CREDENTIALS: Verdict = { code: 'upstream_auth_error', source: 'gateway' };
const AWS_THROTTLED: Verdict = { code: 'rate_limit_exceeded', source: 'upstream' };
const QUOTA: Verdict = { code: 'insufficient_quota', source: 'upstream', shouldRetry: false };
const UNAVAILABLE: Verdict = { code: 'service_unavailable', source: 'upstream' };
const MODEL_ERROR: Verdict = { code: 'model_error', source: 'upstream' };
const INTERNAL: Verdict = { code: 'internal_server_error', source: 'upstream' };

/**
 * The one table of AWS exception names, as HTTP refusals and stream frames spell them (without case). Statuses and
 * retryability in the register: Bedrock Runtime API reference, 2026-11.
 */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  validationexception: INVALID,
  serializationexception: INVALID,
  // Also for a cache point, a guardrail or an S3 object that a request names (API reference and user guide, 2026-11).
  accessdeniedexception: { code: 'model_access_denied', source: 'upstream', provokable: true },
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
  // Also for a guardrail or a prompt that a request names.
  resourcenotfoundexception: { code: 'model_not_found', source: 'upstream', param: 'model', provokable: true },
  throttlingexception: AWS_THROTTLED,
  toomanyrequestsexception: AWS_THROTTLED,
  // Also for a single request that is larger than a quota.
  servicequotaexceededexception: { ...QUOTA, provokable: true },
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

export interface AwsErrorResponse {
  /** Exception name, e.g. `ThrottlingException`; a URL suffix behind `:` is ignored. */
  exception: string;
  message: string;
  /** Absent when the exception came as a frame of a stream. */
  status?: number;
  upstreamRequestId?: string;
}

/** Field of the prompt until the error filter knows the endpoint; see `http/context/prompt-field.ts`. */
const PROMPT = 'messages';
const TOO_LONG: Verdict = { ...INVALID, code: 'context_length_exceeded', param: PROMPT };
const NOT_CALLABLE: Verdict = { ...INVALID, code: 'model_not_supported', param: 'model', provokable: true };
const NOT_COUNTED: Verdict = { ...INVALID, code: 'tokens_not_counted', param: 'model' };

/** Converts a refusal of Bedrock to a GatewayError; the message passes unmodified. */
export function fromAwsError(refusal: AwsErrorResponse): GatewayError {
  const exception = refusal.exception.split(/[:#]/).find((part) => /Exception|[A-Z]/.test(part)) ?? refusal.exception;
  const verdict = verdictOf(exception, refusal);
  return new GatewayError({
    ...verdict,
    message: refusal.message || `Bedrock answered ${exception || 'an error'} without a message.`,
    exception: exception || undefined,
    upstreamStatus: refusal.status,
    upstreamRequestId: refusal.upstreamRequestId,
  });
}

/** By the name of the exception; the message refines it only where a template covers the whole message. */
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

/** An exception that is not in the table yet: its HTTP status decides. What has no name does not come from AWS. */
function byStatus(status: number | undefined, exception: string): Verdict {
  if (status === 429) return AWS_THROTTLED;
  if (status === 503) return UNAVAILABLE;
  if (status === 413) return { code: 'request_too_large', source: 'upstream' };
  const isRejection = status !== undefined && status >= 400 && status < 500;
  if (isRejection && exception !== '') return { ...INVALID, code: 'upstream_rejected' };
  // A firewall or a proxy between the gateway and AWS may refuse single requests for their content.
  const provokable = isRejection || undefined;
  return { code: 'upstream_error', source: 'upstream', provokable };
}

/** Codes of failures before anything of a request is sent: its content cannot be the cause. */
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

/** The network between the gateway and Bedrock failed, or a clock ran out. */
export function connectionError(cause: Error): GatewayError {
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return upstreamTimeout('Bedrock did not answer in time.', cause);
  }
  return new GatewayError({
    code: 'upstream_connection_error',
    message: `The connection to Bedrock failed${code ? ` (${code})` : ''}.`,
    provokable: BEFORE_SENDING.includes(code) ? undefined : true,
    cause,
  });
}

export function upstreamTimeout(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'timeout', message, cause });
}

/** A stream that ended before the model said that it was done: what came so far is not the answer. */
export function incompleteStream(): GatewayError {
  return new GatewayError({
    code: 'upstream_stream_incomplete',
    message: 'The stream from Bedrock ended before the answer was complete.',
  });
}

/** A 200 whose body is not an answer. */
export function invalidUpstreamAnswer(): GatewayError {
  return new GatewayError({
    code: 'upstream_invalid_answer',
    message: 'Bedrock answered something that is not an answer of this operation.',
  });
}

/** A 200 whose body does not end: more than any model says. Asking again would only fetch it again. */
export function upstreamAnswerTooLarge(limitBytes: number): GatewayError {
  return new GatewayError({
    code: 'upstream_answer_too_large',
    message: `Bedrock answered more than ${limitBytes} bytes, which no model says; something in between may have.`,
  });
}
