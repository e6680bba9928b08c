import type { CallSlots } from './call-slots.ts';
import type { ResponseHeaderName } from './headers/response-headers.ts';
import type { ErrorSource } from '../errors/codes/error-code-row.ts';
import type { GatewayError } from '../errors/errors.ts';
import type { OpenAttempts } from './open-attempts.ts';
import type { RequestCancelSignal } from './cancel-signal.ts';
import type { ContentRecorder } from './content-recorder.ts';
import type { RequestTrace } from './request-trace.ts';
import type { LedgerLine } from '../usage/ledger-line.ts';
import type { PriceSource } from '../usage/prices/price-book.ts';
import type { Usage } from '../usage/usage.ts';
import type { Caller } from './caller.ts';

/** Facts about a request for the log line, the metrics and the response headers. Contains no content. */
export interface RequestReport {
  /** Name of the model that answers. */
  model?: string;
  /** Name in the request, if another model answers. */
  redirectedFrom?: string;
  /** Set if the catalog of the company deprecates the model that answers. */
  modelState?: 'deprecated';
  /** Id of the target that answered. */
  target?: string;
  /** Targets that failed before `target`, each with its error code: `eu-west-1/…=rate_limit_exceeded`. */
  failovers?: string[];
  /** Models that failed before the one that answers, each with its error code: `claude-opus-5=timeout`. */
  fallback?: readonly string[];
  stream?: boolean;
  usage?: Usage;
  /** The estimated part of `usage`: of calls whose counts did not arrive. */
  estimatedUsage?: Usage;
  /** The part of `estimatedUsage` of calls whose answers no client receives. */
  abandonedUsage?: Usage;
  /** Cost at list prices in nano-USD. Includes the estimated cost of models without a price. */
  costNano?: number;
  /** Cost in nano-USD with contract prices where they apply; absent if none applies. */
  contractCostNano?: number;
  /** The part of `costNano` whose price is estimated. */
  unknownPriceCostNano?: number;
  /** Origin of the prices. `unknown` if any of them is estimated. */
  priceSource?: PriceSource;
  /** Targets at which the answer broke off before it was continued, each with its error code. */
  continued?: string[];
  /** Upstream calls of a request that makes more than one, without retries, fallback models and failovers. */
  upstreamCalls?: number;
  /** Retries made by the gateway. */
  retries?: number;
  /** The failure before each retry, with the milliseconds of the wait: `rate_limit_exceeded=120`. */
  retriedAfter?: string[];
  /** Milliseconds of the wait for an admission slot. */
  queuedMs?: number;
  /** Milliseconds until the first event of the upstream. */
  firstEventMs?: number;
  /** Longest silence of a stream after its first event, in milliseconds. */
  longestGapMs?: number;
  /** Milliseconds of a stream for each output token after the first. */
  msPerToken?: number;
  /** Milliseconds in which the body arrived, if it did not arrive together with the headers. */
  uploadMs?: number;
  /** Milliseconds until the first event without those of the upload and of the open attempts. */
  addedMs?: number;
  /** Cause of a wait that is part of `addedMs`. Absent without such a wait. */
  delaySource?: ErrorSource;
  /** Milliseconds of all waits for a quota of Bedrock. */
  quotaWaitMs?: number;
  /** Quota that was reserved for the last call that waited or was refused, in tokens. */
  quotaDemand?: number;
  /** The exhausted quota for which a call waited, or because of which it was refused. */
  exhaustedQuota?: string;
  /** The name in the request, if it is another one than that of the model. */
  requestedName?: string;
  /** Why a call of a team had no AWS session, so that the bill of AWS does not show the team. */
  untagged?: string;
  upstreamRequestId?: string;
  errorCode?: string | null;
  /** Source of the failure in the register of error codes. */
  errorSource?: ErrorSource;
  /** Status of the failure. The response of a stream that has begun has another one. */
  errorStatus?: number;
  /** Seconds after which the client may send the failed request again. */
  retryAfterSeconds?: number;
  cache?: 'hit' | 'miss';
  adjusted?: readonly string[];
  /** True if a background response continues the request. It has the row in the ledger. */
  continuesInBackground?: true;
  /** Calls that AWS bills, for the ledger. Absent without a ledger. */
  lines?: LedgerLine[];
  /** Cost of the answers from the answer cache in nano-USD, had Bedrock given them. */
  savedNano?: number;
  /** Milliseconds of CPU time of the schema worker. */
  schemaCpuMs?: number;
}

/** Records the failure that the client receives, for the log line and the metrics. */
export function recordFailure(report: RequestReport, failure: GatewayError): void {
  report.errorCode = failure.code ?? failure.type;
  report.errorSource = failure.source;
  report.errorStatus = failure.status;
  if (failure.retryAfter !== undefined) report.retryAfterSeconds = failure.retryAfter;
}

/** Returns the last events of a failed stream; undefined for the default format. */
export type FailureRenderer = (failure: GatewayError) => readonly { event?: string; data: string }[] | undefined;

/**
 * One request as the layers below the controllers see it: identity, time limits and report. It is the same for all attempts,
 * so state of one attempt is available to the next.
 */
export interface RequestContext {
  /** Request id, sent as `x-request-id` in every response. */
  readonly id: string;
  /** Id of the row in the ledger, a UUIDv7. Absent if no row will be written. */
  readonly ledgerId?: string;
  /** Set by the ApiKeyGuard. Absent on public routes. */
  caller?: Caller;
  /** Aborted when the client disconnects or the time limit is over. */
  readonly signal: RequestCancelSignal;
  /** `performance.now()` at arrival. */
  readonly startedAt: number;
  readonly report: RequestReport;
  readonly attempts: OpenAttempts;
  /** Absent if requests are not traced. */
  trace?: RequestTrace;
  /** Absent if no content is logged. The recorder itself checks the key of the request. */
  contentLog?: ContentRecorder;
  /** The client's preference for cached answers (`x-outcrop-cache: use | skip`). */
  readonly cachePreference?: 'use' | 'skip';
  /** The prompt field of the request's endpoint. Absent for work without a request. */
  readonly promptField?: string;
  /** True if the values of `x-outcrop-adjusted` are followed by their former spellings. */
  readonly emitsFormerNames: boolean;
  /** Renders the failure of a stream, if the API of the answer has its own format for it. */
  readonly failureRenderer?: FailureRenderer;
  /** Sets `failureRenderer`. A later attempt replaces that of an earlier one. */
  renderFailuresWith(renderer: FailureRenderer): void;
  /** Sets a registered header of the response, or removes it if `value` is undefined. Has no effect after the headers were sent. */
  header(name: ResponseHeaderName, value: string | undefined): void;
  /**
   * Runs `work` once for this key and keeps its result, so that a retry of the whole request repeats only failed work. A
   * request with `n` > 1 makes several upstream calls.
   */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Forgets work whose key begins with `prefix`, so that a retry repeats it. */
  forget(prefix: string, which: 'all' | 'unfinished'): void;
  /**
   * Returns the slots of the request for its upstream calls. `make` creates them when the request makes its second
   * call.
   */
  slots(make: (context: RequestContext) => CallSlots): CallSlots;
}
