import { GatewayError } from '../../errors/errors.ts';

/** What a failure says about the target it came from. */
export interface CooldownPolicy {
  /** How many in a row until the target is left alone. */
  failuresBefore: number;
  /** Milliseconds it is then left alone; doubled with each failed probe, up to the most. */
  firstCooldownMs: number;
  maxCooldownMs: number;
  /** Never longer than until midnight UTC, when AWS counts a new day. */
  endsAtMidnightUtc?: true;
  /** True if the content of a request can cause the failure, whatever its exception: long prompts, rare errors of models. */
  provokable?: true;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const THROTTLED: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: 2 * SECOND, maxCooldownMs: MINUTE };
/** Tokens per day, or another quota that no minute brings back. */
const USED_UP: CooldownPolicy = {
  failuresBefore: 1,
  firstCooldownMs: HOUR,
  maxCooldownMs: HOUR,
  endsAtMidnightUtc: true,
};
/** Access that was not granted, a model that is not there: somebody has to do something about it. */
const NOT_THERE: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: MINUTE, maxCooldownMs: HOUR / 2 };
const NO_CREDENTIALS: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: 10 * SECOND, maxCooldownMs: 5 * MINUTE };
/** Each attempt costs somebody the whole of a clock. */
const SILENT: CooldownPolicy = {
  failuresBefore: 1,
  firstCooldownMs: 10 * SECOND,
  maxCooldownMs: 10 * MINUTE,
  provokable: true,
};
const DOWN: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: SECOND, maxCooldownMs: MINUTE };
/** May have been this one request: long prompts time out, and some answers break. */
const FAULTY: CooldownPolicy = { failuresBefore: 3, firstCooldownMs: SECOND, maxCooldownMs: MINUTE, provokable: true };

/** By the code of the failure. What is not here is the client's mistake or the gateway's, the same at every target. */
const SETBACKS: ReadonlyMap<string | null, CooldownPolicy> = new Map([
  ['rate_limit_exceeded', THROTTLED],
  ['insufficient_quota', USED_UP],
  ['model_access_denied', NOT_THERE],
  ['model_not_found', NOT_THERE],
  ['model_not_supported', NOT_THERE],
  ['upstream_auth_error', NO_CREDENTIALS],
  ['timeout', SILENT],
  ['service_unavailable', DOWN],
  ['model_not_ready', DOWN],
  ['upstream_connection_error', DOWN],
  ['model_timeout', FAULTY],
  ['model_error', FAULTY],
  ['internal_server_error', FAULTY],
  ['upstream_error', FAULTY],
  ['upstream_invalid_answer', FAULTY],
  ['upstream_stream_incomplete', FAULTY],
  ['upstream_stream_corrupt', FAULTY],
]);

/** Undefined for a failure that would be the same elsewhere. */
export function cooldownPolicyOf(error: unknown): CooldownPolicy | undefined {
  return error instanceof GatewayError ? SETBACKS.get(error.code) : undefined;
}

/** Another region, account or model may do what this one could not. */
export function canFailOver(error: unknown): error is GatewayError {
  return cooldownPolicyOf(error) !== undefined;
}

/** Of several failures the one worth telling: the first that may pass, for the others wait for nothing. */
export function mostRetryable(failures: readonly GatewayError[]): GatewayError | undefined {
  return failures.find(({ retryable }) => retryable) ?? failures[0];
}
