import { canFailOver } from '../../routing/targets/cooldown-policies.ts';
import { connectionError, fromAwsError } from './bedrock-errors.ts';

type Row = [exception: string, httpStatus: number, message: string, expected: [number, string, string | null, boolean]];

const INVALID = 'invalid_request_error';
const rows: Row[] = [
  ['ValidationException', 400, 'The model returned an error', [400, INVALID, null, false]],
  [
    'ValidationException',
    400,
    'prompt is too long: 9 tokens > 8 maximum',
    [400, INVALID, 'context_length_exceeded', false],
  ],
  [
    'ValidationException',
    400,
    'Input is too long for requested model.',
    [400, INVALID, 'context_length_exceeded', false],
  ],
  ['AccessDeniedException', 403, 'no access', [403, 'permission_error', 'model_access_denied', false]],
  ['ExpiredTokenException', 403, 'expired', [500, 'server_error', 'upstream_auth_error', false]],
  ['InvalidSignatureException', 403, 'bad', [500, 'server_error', 'upstream_auth_error', false]],
  ['ResourceNotFoundException', 404, 'end of its life', [404, INVALID, 'model_not_found', false]],
  [
    'ThrottlingException',
    429,
    'Too many tokens, please wait before trying again.',
    [429, 'rate_limit_error', 'rate_limit_exceeded', true],
  ],
  [
    'ThrottlingException',
    429,
    'Too many tokens per day, please wait',
    [429, 'rate_limit_error', 'insufficient_quota', false],
  ],
  ['ServiceQuotaExceededException', 400, 'quota', [429, 'rate_limit_error', 'insufficient_quota', false]],
  ['ModelNotReadyException', 429, 'warming', [503, 'server_error', 'model_not_ready', true]],
  ['ModelTimeoutException', 408, 'slow', [504, 'server_error', 'model_timeout', true]],
  ['ModelErrorException', 424, 'broke', [502, 'server_error', 'model_error', true]],
  ['InternalServerException', 500, 'oops', [500, 'server_error', 'internal_server_error', true]],
  ['ServiceUnavailableException', 503, 'busy', [503, 'server_error', 'service_unavailable', true]],
  ['SomethingNewException', 418, 'new', [400, INVALID, 'upstream_rejected', false]],
  // A page of a proxy between the gateway and AWS: not caused by the client.
  ['', 403, '<html>Forbidden</html>', [502, 'server_error', 'upstream_error', true]],
  ['SomethingNewException', 599, 'new', [502, 'server_error', 'upstream_error', true]],
];

describe('fromAwsError', () => {
  it.each(rows)('%s (%i, "%s")', (exception, status, message, [expectedStatus, type, code, retryable]) => {
    const error = fromAwsError({ exception, status, message });
    expect([error.status, error.type, error.code, error.retryable]).toEqual([expectedStatus, type, code, retryable]);
    expect(error.message).toBe(message);
  });

  it('accepts the spellings of exception names in headers and stream frames', () => {
    const spellings = [
      'ThrottlingException',
      'throttlingException',
      'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/',
      'com.amazon.bedrock#ThrottlingException',
    ];
    for (const exception of spellings) {
      expect([exception, fromAwsError({ exception, message: 'slow down' }).code]).toEqual([
        exception,
        'rate_limit_exceeded',
      ]);
    }
  });

  it('sets the param of the field that caused the error', () => {
    expect(fromAwsError({ exception: 'ResourceNotFoundException', message: 'gone' }).param).toBe('model');
    expect(fromAwsError({ exception: 'ValidationException', message: 'prompt is too long' }).param).toBe('messages');
  });
});

describe('causableByRequest', () => {
  const causableByRequest = (exception: string, message = '', status?: number) =>
    fromAwsError({ exception, message, status }).causableByRequest ?? false;

  it("depends on the exception's name, unless a template matches the whole message", () => {
    expect(
      causableByRequest(
        'AccessDeniedException',
        'You invoked an unsupported model or your request did not allow prompt caching.',
      ),
    ).toBe(true);
    expect(
      causableByRequest('AccessDeniedException', "You don't have access to the model with the specified model ID."),
    ).toBe(false);
    expect(causableByRequest('ResourceNotFoundException', 'The guardrail identifier does not exist.')).toBe(true);
    expect(causableByRequest('ResourceNotFoundException', 'This model version has reached the end of its life.')).toBe(
      false,
    );
    expect(causableByRequest('ServiceQuotaExceededException')).toBe(true);
    expect(causableByRequest('ValidationException', 'The provided model identifier is invalid.')).toBe(true);
    expect(causableByRequest('', '<html>blocked</html>', 403)).toBe(true);
    for (const exception of ['ThrottlingException', 'ServiceUnavailableException', 'ExpiredTokenException']) {
      expect([exception, causableByRequest(exception)]).toEqual([exception, false]);
    }
    expect(causableByRequest('', '<html>down</html>', 502)).toBe(false);
  });

  it('is true for a connection that broke after it was established', () => {
    const failure = (code: string) =>
      connectionError(Object.assign(new Error(code), { code })).causableByRequest ?? false;
    expect(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'].map(failure)).toEqual([false, false, false]);
    expect(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].map(failure)).toEqual([true, true, true]);
  });
});

describe('connectionError', () => {
  it('distinguishes a timeout from a broken connection', () => {
    const late = Object.assign(new Error('late'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
    expect([connectionError(late).status, connectionError(late).code]).toEqual([504, 'timeout']);
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    expect([connectionError(reset).status, connectionError(reset).code]).toEqual([502, 'upstream_connection_error']);
  });
});

describe('canFailOver', () => {
  it('is never true for errors of the client', () => {
    const verdict = (exception: string, message = '') => canFailOver(fromAwsError({ exception, message }));
    expect(verdict('ThrottlingException')).toBe(true);
    expect(verdict('ThrottlingException', 'Too many tokens per day')).toBe(true);
    expect(verdict('AccessDeniedException')).toBe(true);
    expect(verdict('ResourceNotFoundException')).toBe(true);
    expect(verdict('ExpiredTokenException')).toBe(true);
    expect(verdict('ModelNotReadyException')).toBe(true);
    expect(verdict('ValidationException', 'The provided model identifier is invalid.')).toBe(true);
    expect(verdict('ValidationException', 'on-demand throughput isn’t supported')).toBe(false);
    expect(verdict('ValidationException')).toBe(false);
    expect(verdict('ValidationException', 'prompt is too long: 9 tokens > 8 maximum')).toBe(false);
    expect(verdict('ConflictException')).toBe(false);
  });
});
