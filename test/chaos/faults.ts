import type { Behavior } from '../../emulator/emulator.ts';
import type { Fault, StageName, When } from './case.ts';

/**
 * Faults of the matrix, each with its result for the client. This file holds all expectations; `rules.ts` derives the
 * rest.
 */

/** Exceptions that Bedrock Runtime returns instead of a 200, each with the code that the client receives. */
const REFUSALS: readonly [name: string, code: string, more?: Partial<Extract<Behavior, { kind: 'refuse' }>>][] = [
  ['ThrottlingException', 'rate_limit_exceeded'],
  [
    'ThrottlingException',
    'insufficient_quota',
    { message: 'Too many tokens per day, please wait before trying again.' },
  ],
  ['ServiceQuotaExceededException', 'insufficient_quota'],
  ['ServiceUnavailableException', 'service_unavailable'],
  ['ModelNotReadyException', 'model_not_ready'],
  ['ModelTimeoutException', 'model_timeout'],
  ['ModelErrorException', 'model_error'],
  ['ModelStreamErrorException', 'model_error'],
  ['InternalServerException', 'internal_server_error'],
  ['AccessDeniedException', 'model_access_denied'],
  ['ResourceNotFoundException', 'model_not_found'],
  ['ConflictException', 'conflict'],
  ['ValidationException', 'invalid_request_error'],
  ['ValidationException', 'context_length_exceeded', { message: 'Input is too long for requested model.' }],
  ['ExpiredTokenException', 'upstream_auth_error'],
  ['UnrecognizedClientException', 'upstream_auth_error'],
  ['ExceptionOfNextYear', 'upstream_error', { status: 500 }],
  ['ExceptionOfNextYear', 'upstream_rejected', { status: 418 }],
];

/** Members of ConverseStream's union of exceptions, and one that only InvokeModel's union has. */
const FRAMES: readonly [name: string, code: string][] = [
  ['throttlingException', 'rate_limit_exceeded'],
  ['serviceUnavailableException', 'service_unavailable'],
  ['internalServerException', 'internal_server_error'],
  ['modelStreamErrorException', 'model_error'],
  ['modelTimeoutException', 'model_timeout'],
  ['validationException', 'invalid_request_error'],
];

/** Failures of a connection or its bytes, with their names. `afterDeltas` is added later. */
const BREAKS: readonly [name: string, kind: 'cut' | 'reset' | 'truncate' | 'half-frame' | 'corrupt', code: string][] = [
  ['connection cut', 'cut', 'upstream_connection_error'],
  ['connection reset', 'reset', 'upstream_connection_error'],
  ['clean end without messageStop', 'truncate', 'upstream_stream_incomplete'],
  ['clean end within a frame', 'half-frame', 'upstream_stream_incomplete'],
  ['frame with a wrong checksum', 'corrupt', 'upstream_stream_corrupt'],
];

/** Number of text events before a failure within the text. */
const SOME_DELTAS = 3;
const TEN_MINUTES = 600_000;
const SHORT = { short: true } as const;
const PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>';

function fault(name: string, when: When, stage: StageName, rest: Omit<Fault, 'name' | 'when' | 'stage'>): Fault {
  return { name, when, stage, ...rest };
}

function streamed(name: string, when: When, behave: Behavior, code: string): Fault {
  return fault(name, when, 'usual', { forms: ['streamed'], behave: [behave], ends: { code }, ...SHORT });
}

const OF_BEDROCK: readonly Fault[] = [
  ...REFUSALS.map(([name, code, more]) =>
    fault(more?.message === undefined ? name : `${name}: ${more.message}`, 'before the first byte', 'usual', {
      behave: [{ kind: 'refuse', name, ...more }],
      ends: { code },
      ...SHORT,
    }),
  ),
  fault('ThrottlingException, once', 'before the first byte', 'usual', {
    behave: [{ kind: 'throttle', times: 1 }],
    ends: { code: 'rate_limit_exceeded' },
    passes: 1,
    ...SHORT,
  }),
  ...FRAMES.map(([name, code]) => streamed(name, 'first frame', { kind: 'first-frame-error', name }, code)),
  ...FRAMES.map(([name, code]) =>
    streamed(name, 'after text', { kind: 'stream-error', name, afterDeltas: SOME_DELTAS }, code),
  ),
];

const OF_THE_CONNECTION: readonly Fault[] = [
  ...(['cut', 'reset'] as const).flatMap((kind) => [
    fault(`connection ${kind}`, 'before the first byte', 'usual', {
      behave: [{ kind }],
      ends: { code: 'upstream_connection_error' },
      ...SHORT,
    }),
    fault(`connection ${kind}, once`, 'before the first byte', 'usual', {
      behave: [{ kind, times: 1 }],
      ends: { code: 'upstream_connection_error' },
      passes: 1,
    }),
  ]),
  ...BREAKS.flatMap(([name, kind, code]) => [
    streamed(name, 'before text', { kind, afterDeltas: 0 }, code),
    streamed(name, 'after text', { kind, afterDeltas: SOME_DELTAS }, code),
  ]),
  fault('upstream process replaced, its connections stale', 'while running', 'usual', {
    act: 'restart upstream',
    ends: { whole: true },
  }),
  fault('connection refused', 'always', 'refused', { ends: { code: 'upstream_connection_error' }, ...SHORT }),
  fault('name that does not resolve', 'always', 'nameless', { ends: { code: 'upstream_connection_error' }, ...SHORT }),
  fault('TLS handshake without an answer', 'always', 'mute', { ends: { code: 'upstream_connection_error' } }),
  fault('untrusted certificate', 'always', 'self-signed', {
    ends: { code: 'upstream_connection_error' },
    ...SHORT,
  }),
  fault('plain HTTP instead of TLS', 'always', 'not TLS', { ends: { code: 'upstream_connection_error' } }),
];

const OF_SILENCE: readonly Fault[] = [
  fault('silence', 'before the first byte', 'impatient', {
    behave: [{ kind: 'stall' }],
    ends: { code: 'timeout' },
    ...SHORT,
  }),
  fault('silence after the headers', 'before text', 'impatient', {
    forms: ['streamed'],
    behave: [{ kind: 'stall', afterDeltas: 0 }],
    ends: { code: 'timeout' },
  }),
  fault('silence', 'after text', 'impatient', {
    forms: ['streamed'],
    behave: [{ kind: 'stall', afterDeltas: SOME_DELTAS }],
    ends: { code: 'timeout' },
    ...SHORT,
  }),
  fault('late first event', 'before the first byte', 'impatient', {
    behave: [{ kind: 'slow', ms: 300 }],
    ends: { whole: true },
  }),
  fault('endless answer', 'after text', 'hurried', {
    forms: ['streamed'],
    behave: [{ kind: 'pace', ms: 250 }],
    ends: { code: 'timeout' },
  }),
  fault('slow drip of 3 bytes', 'always', 'usual', {
    forms: ['streamed'],
    behave: [{ kind: 'drip', bytes: 3 }],
    ends: { whole: true },
    ...SHORT,
  }),
  fault('late first event behind keep-alives', 'before the first byte', 'keep-alive', {
    forms: ['streamed'],
    behave: [{ kind: 'slow', ms: 1_500 }],
    ends: { whole: true },
    bridged: true,
    ...SHORT,
  }),
  fault('silence behind keep-alives', 'before the first byte', 'keep-alive', {
    forms: ['streamed'],
    behave: [{ kind: 'stall' }],
    ends: { code: 'timeout' },
    bridged: true,
    ...SHORT,
  }),
  fault('late rejection behind keep-alives', 'before the first byte', 'keep-alive', {
    forms: ['streamed'],
    behave: [{ kind: 'slow', ms: 1_500, before: 'headers' }, { kind: 'throttle' }],
    ends: { code: 'rate_limit_exceeded' },
    bridged: true,
  }),
  fault('throttling for longer than keep-alives wait', 'before the first byte', 'keep-alive and retries', {
    behave: [{ kind: 'refuse', name: 'ThrottlingException', status: 429, headers: { 'retry-after': '1' } }],
    ends: { code: 'rate_limit_exceeded' },
    ...SHORT,
  }),
];

const OF_WHAT_IS_BETWEEN: readonly Fault[] = [
  fault('HTML page of a proxy, 502', 'before the first byte', 'usual', {
    behave: [{ kind: 'reply', status: 502, body: PAGE }],
    ends: { code: 'upstream_error' },
    ...SHORT,
  }),
  fault('empty body, 503', 'before the first byte', 'usual', {
    behave: [{ kind: 'reply', status: 503 }],
    ends: { code: 'service_unavailable' },
  }),
  fault('HTML page with status 200', 'before the first byte', 'usual', {
    forms: ['plain'],
    behave: [{ kind: 'reply', body: PAGE }],
    ends: { code: 'upstream_invalid_answer' },
    ...SHORT,
  }),
  fault('HTML page with status 200', 'before the first byte', 'usual', {
    forms: ['streamed'],
    behave: [{ kind: 'reply', body: PAGE }],
    ends: { code: 'upstream_stream_corrupt' },
    ...SHORT,
  }),
  fault('empty body with status 200', 'before the first byte', 'usual', {
    forms: ['streamed'],
    behave: [{ kind: 'reply' }],
    ends: { code: 'upstream_stream_incomplete' },
  }),
  fault('JSON that is not an answer', 'before the first byte', 'usual', {
    forms: ['plain'],
    behave: [{ kind: 'reply', contentType: 'application/json', body: '{"output":null}' }],
    ends: { code: 'upstream_invalid_answer' },
  }),
  fault('answer of 80 MB', 'before the first byte', 'usual', {
    forms: ['plain'],
    behave: [{ kind: 'reply', contentType: 'application/json', bytes: 80_000_000 }],
    ends: { code: 'upstream_answer_too_large' },
  }),
];

const OF_OUR_OWN: readonly Fault[] = [
  fault('no AWS credentials', 'start', 'no credentials', {
    targets: [1],
    ends: { code: 'upstream_auth_error' },
    log: 'not ready: AWS credentials',
    ...SHORT,
  }),
  fault('wrong secret', 'always', 'wrong secret', { targets: [1], ends: { code: 'upstream_auth_error' } }),
  fault('clock 10 minutes behind', 'while running', 'clock', {
    before: [],
    behave: [{ kind: 'clock', ms: TEN_MINUTES }],
    ends: { code: 'upstream_auth_error' },
    passes: 1,
    ...SHORT,
  }),
  fault('clock that jumps by 20 minutes', 'while running', 'clock', {
    before: [{ kind: 'clock', ms: TEN_MINUTES }],
    // With two targets, the first is still in cool-down after its first rejection.
    targets: [1],
    behave: [{ kind: 'clock', ms: -TEN_MINUTES }],
    ends: { code: 'upstream_auth_error' },
    passes: 1,
  }),
  fault('Redis is down', 'start', 'no Redis', { ends: { whole: true }, log: 'redis_unavailable', ...SHORT }),
  fault('Redis crashes', 'while running', 'Redis', {
    act: 'kill Redis',
    ends: { whole: true },
    log: 'redis_unavailable',
    ...SHORT,
  }),
  fault('Redis hangs', 'while running', 'Redis', {
    act: 'pause Redis',
    ends: { whole: true },
    log: 'redis_unavailable',
  }),
  fault('Redis comes back', 'while running', 'Redis', {
    act: 'restart Redis',
    ends: { whole: true },
    log: 'redis_recovered',
  }),
  fault('disk of the log file is full', 'always', 'full disk', {
    ends: { whole: true },
    log: 'log file .*ENOSPC',
    ...SHORT,
  }),
];

const OF_THE_CLIENT: readonly Fault[] = [
  fault('client disconnects before the answer', 'before the first byte', 'usual', {
    behave: [{ kind: 'slow', ms: 5_000, before: 'headers' }],
    client: 'disconnects before the answer',
    ends: { left: true },
    ...SHORT,
  }),
  fault('client leaves', 'after text', 'usual', {
    forms: ['streamed'],
    behave: [{ kind: 'pace', ms: 50 }],
    client: 'disconnects in mid-text',
    ends: { left: true },
    ...SHORT,
  }),
  fault('client disconnects between two attempts', 'before the first byte', 'usual', {
    behave: [{ kind: 'refuse', name: 'ServiceUnavailableException', headers: { 'retry-after': '5' } }],
    client: 'disconnects between two attempts',
    targets: [1],
    ends: { left: true },
  }),
];

export const FAULTS: readonly Fault[] = [
  ...OF_BEDROCK,
  ...OF_THE_CONNECTION,
  ...OF_SILENCE,
  ...OF_WHAT_IS_BETWEEN,
  ...OF_OUR_OWN,
  ...OF_THE_CLIENT,
];
