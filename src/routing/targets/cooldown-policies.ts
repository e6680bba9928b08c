import { GatewayError } from '../../errors/errors.ts';

/** The cool-down of a target after one kind of failure. */
export interface CooldownPolicy {
  /** Number of consecutive failures that start a cool-down. */
  failuresBefore: number;
  /** Milliseconds of the first cool-down. Each failed probe doubles them, up to `maxCooldownMs`. */
  firstCooldownMs: number;
  maxCooldownMs: number;
  /** True if the cool-down ends at midnight UTC at the latest, when AWS's daily quotas start again. */
  endsAtMidnightUtc?: true;
  /** True if the content of a request can cause the failure, whatever its exception: long prompts, rare errors of models. */
  causableByRequest?: true;
  /** True if the target did not receive the call, so that the failure does not change its health. */
  isNotSent?: true;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const THROTTLED: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: 2 * SECOND, maxCooldownMs: MINUTE };
/** Tokens per day, or another quota that does not refill within minutes. */
const QUOTA_EXHAUSTED: CooldownPolicy = {
  failuresBefore: 1,
  firstCooldownMs: HOUR,
  maxCooldownMs: HOUR,
  endsAtMidnightUtc: true,
};
/** Access that is not granted, or a model that does not exist. An operator must act. */
const NOT_AVAILABLE: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: MINUTE, maxCooldownMs: HOUR / 2 };
const NO_CREDENTIALS: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: 10 * SECOND, maxCooldownMs: 5 * MINUTE };
/** Each attempt costs a client the whole timeout. */
const TIMED_OUT: CooldownPolicy = {
  failuresBefore: 1,
  firstCooldownMs: 10 * SECOND,
  maxCooldownMs: 10 * MINUTE,
  causableByRequest: true,
};
const DOWN: CooldownPolicy = { failuresBefore: 1, firstCooldownMs: SECOND, maxCooldownMs: MINUTE };
/** The request itself can be the cause: long prompts time out, and some answers break. */
const FAULTY: CooldownPolicy = {
  failuresBefore: 3,
  firstCooldownMs: SECOND,
  maxCooldownMs: MINUTE,
  causableByRequest: true,
};
/** The gateway has no session for the team in this account. */
const UNATTRIBUTED: CooldownPolicy = {
  failuresBefore: Infinity,
  firstCooldownMs: 0,
  maxCooldownMs: 0,
  isNotSent: true,
};

/**
 * Policies by error code. Failures that are not listed are caused by the client or the gateway, and occur at every target.
 */
const COOLDOWN_POLICIES: ReadonlyMap<string | null, CooldownPolicy> = new Map([
  ['rate_limit_exceeded', THROTTLED],
  ['insufficient_quota', QUOTA_EXHAUSTED],
  ['model_access_denied', NOT_AVAILABLE],
  ['model_not_found', NOT_AVAILABLE],
  ['model_not_supported', NOT_AVAILABLE],
  ['upstream_auth_error', NO_CREDENTIALS],
  ['attribution_unavailable', UNATTRIBUTED],
  ['timeout', TIMED_OUT],
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

/** Returns the policy for an error; undefined for a failure that every target would have. */
export function cooldownPolicyOf(error: unknown): CooldownPolicy | undefined {
  return error instanceof GatewayError ? COOLDOWN_POLICIES.get(error.code) : undefined;
}

/** Returns true if another region, account or model may succeed. */
export function canFailOver(error: unknown): error is GatewayError {
  return cooldownPolicyOf(error) !== undefined;
}

/** Returns the first failure that can be retried. Without one, returns the first failure. */
export function mostRetryable(failures: readonly GatewayError[]): GatewayError | undefined {
  return failures.find(({ retryable }) => retryable) ?? failures[0];
}
