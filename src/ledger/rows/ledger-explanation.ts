import type { ErrorSource } from '../../errors/codes/error-code-row.ts';

/** What happened to a request, for its explanation. Contains no content. At most 8 KiB as JSON. */
export interface LedgerExplanation {
  readonly stream?: true;
  /** Id of the target that answered. */
  readonly target?: string;
  /** Targets that failed before it, each with its error code: `eu-west-1/…=rate_limit_exceeded`. */
  readonly failovers?: readonly string[];
  /** The failure before each retry, with the milliseconds of the wait: `rate_limit_exceeded=120`. */
  readonly retriedAfter?: readonly string[];
  /** Targets whose stream another one continued, each with its error code. */
  readonly continued?: readonly string[];
  /** The name in the request, if it is another one than that of the model: an alias, an id, or text for `models.default`. */
  readonly requestedName?: string;
  /** `deprecated`: the state of the model in the catalog. */
  readonly modelState?: 'deprecated';
  /** Calls of Bedrock, if there was more than one. */
  readonly upstreamCalls?: number;
  /** Milliseconds of the wait for an admission slot. */
  readonly queuedMs?: number;
  /** Milliseconds in which the body arrived, if it did not arrive together with the headers. */
  readonly uploadMs?: number;
  /** Milliseconds of all waits for a quota of Bedrock. */
  readonly quotaWaitMs?: number;
  /** The exhausted quota of the last wait or refusal, and the tokens that the call would have reserved. */
  readonly exhaustedQuota?: string;
  readonly quotaDemand?: number;
  /** Milliseconds from the arrival to the first call of Bedrock. */
  readonly firstCallMs?: number;
  /** Milliseconds from the arrival to the end of the last call of Bedrock. */
  readonly lastCallMs?: number;
  /** Milliseconds until the first event without the upload and the open attempts. */
  readonly addedMs?: number;
  /** Cause of a wait that is part of `addedMs`. */
  readonly waitedFor?: ErrorSource;
  /** Milliseconds in which an attempt at Bedrock was open. */
  readonly upstreamMs?: number;
  /** Longest time between two events of a stream, in milliseconds. */
  readonly maxGapMs?: number;
  /** CPU time of the check against the client's schema, in milliseconds. */
  readonly schemaCpuMs?: number;
  /** True if the client disconnected before the end. */
  readonly clientDisconnected?: true;
  /** Status of a failure after the head of a stream was sent. */
  readonly errorStatus?: number;
  /** Seconds after which the client may send the failed request again. */
  readonly retryAfterSeconds?: number;
  /** Why a call had no AWS session of the team: `sts_failed`, `timeout`, `session_limit` or `no_role`. */
  readonly untagged?: string;
  /** AWS's id of the failed request. */
  readonly upstreamRequestId?: string;
  /** True if lists were shortened to fit. */
  readonly isShortened?: true;
}
