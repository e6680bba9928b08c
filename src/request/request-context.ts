import type { CallSlots } from './call-slots.ts';
import type { ResponseHeaderName } from './headers/response-headers.ts';
import type { GatewayError } from '../errors/errors.ts';
import type { OpenAttempts } from './open-attempts.ts';
import type { RequestCancelSignal } from './cancel-signal.ts';
import type { ContentRecorder } from './content-recorder.ts';
import type { RequestTrace } from './request-trace.ts';
import type { Usage } from '../usage/usage.ts';
import type { Caller } from './caller.ts';

/** What the log line, the metrics and the answer's headers tell about a request. No content. */
export interface RequestReport {
  /** Name of the model that answers. */
  model?: string;
  /** The name the client asked for, where another model answers in its place. */
  redirectedFrom?: string;
  /** The Bedrock id that answered. */
  target?: string;
  /** Targets that failed before it, each with the code of its failure: `eu-west-1/…=rate_limit_exceeded`. */
  failovers?: string[];
  /** Models that failed before the one that answers, each with the code of its failure: `claude-opus-5=timeout`. */
  fallback?: readonly string[];
  stream?: boolean;
  usage?: Usage;
  /** The part of `usage` that is an estimate: of streams that ended before Bedrock had counted. */
  estimatedUsage?: Usage;
  /** USD at list prices; absent where the price is not known. */
  cost?: number;
  /** Targets at which the answer broke off before it was taken up again, each with the failure. */
  continued?: string[];
  /** Upstream calls of a request that makes more than one; without retries, and without other models and targets. */
  upstreamCalls?: number;
  /** Retries made by the gateway. */
  retries?: number;
  /** Milliseconds until the first event of the upstream. */
  firstEventMs?: number;
  /** The longest silence of a stream after its first event. */
  longestGapMs?: number;
  /** Milliseconds of a stream for each token of output after the first. */
  msPerToken?: number;
  upstreamRequestId?: string;
  errorCode?: string | null;
  cache?: 'hit' | 'miss';
  adjusted?: readonly string[];
  /** Milliseconds of CPU time that the schema worker spent on the request. */
  schemaCpuMs?: number;
}

/** The last events of a stream that failed; undefined for the usual way of telling it. */
export type FailureRenderer = (failure: GatewayError) => readonly { event?: string; data: string }[] | undefined;

/**
 * One request as the layers below the controllers see it: identity, time limits and report.
 * It outlives retries: what one attempt learnt, the next one knows.
 */
export interface RequestContext {
  /** Request id, on every answer as `x-request-id`. */
  readonly id: string;
  /** Set by the ApiKeyGuard; routes marked public have none. */
  caller?: Caller;
  /** Aborted when the client hangs up or the deadline passes. */
  readonly signal: RequestCancelSignal;
  /** `performance.now()` at arrival. */
  readonly startedAt: number;
  readonly report: RequestReport;
  readonly attempts: OpenAttempts;
  /** Only where requests are traced. */
  trace?: RequestTrace;
  /** Only where the content of some key is logged; decides itself whether that is the key of this call. */
  contentLog?: ContentRecorder;
  /** What the client says about cached answers (`x-outcrop-cache: use | skip`). */
  readonly cachePreference?: 'use' | 'skip';
  /** The request field that holds the prompt at the endpoint of the request; absent for work without a request. */
  readonly promptField?: string;
  /** How a failure of the begun stream is told, where the answer's dialect has words of its own for it. */
  readonly failureRenderer?: FailureRenderer;
  /** Sets `failureRenderer`. That of a later attempt replaces that of an earlier one. */
  renderFailuresWith(words: FailureRenderer): void;
  /** Sets a registered header of the response, or removes it; without effect after the headers are sent. */
  header(name: ResponseHeaderName, value: string | undefined): void;
  /**
   * Runs `work` once for this key and remembers its success, so that a retry of the whole
   * request repeats only what failed (`n` > 1 fans out into several upstream calls).
   */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Forgets the work whose key begins with `prefix`, so that a retry does it again. */
  forget(prefix: string, which: 'all' | 'unfinished'): void;
  /** Returns the slots of the request for its upstream calls, made by `make` for the request's second call. */
  slots(make: (context: RequestContext) => CallSlots): CallSlots;
}
