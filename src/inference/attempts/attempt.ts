import type { ParallelCalls } from '../../admission/upstream-calls.service.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { Route } from '../../models/types/model.ts';
import type { TargetAnswer } from '../../routing/target-answer.ts';
import type { EnforcedSchemas, ExpectedOutput } from '../../translation/json-schema/expected-output.ts';
import type { CheckedAnswer } from '../../translation/structured/structured-answer.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import type { RunningUsageReader, Usage } from '../../usage/usage.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { AttemptOperation } from '../rejections/attempt-operation.ts';
import type { AcceptedAnswer } from '../accounting/accepted-answer.ts';
import type { StreamMeter } from '../accounting/stream-meter.ts';
import type { RoutableCall } from '../upstream/routable-call.ts';

/** The data of a failed attempt that its plan needs. */
export interface RejectableAttempt {
  readonly operation: AttemptOperation;
  /** The beta flags that the model receives; empty for most requests. */
  readonly betaFlags: readonly string[];
  /** Returns the schemas that Bedrock enforces and that `failure` can be about; undefined if there are none. */
  enforcedSchemas(failure: unknown): EnforcedSchemas | undefined;
}

/** A request that is translated for one model: one or more upstream calls, numbered from 0 in the order of the choices. */
export interface PreparedRequest extends RejectableAttempt {
  readonly route: Route;
  readonly context: RequestContext;
  /**
   * Prefix of the keys of `once`. It is equal on each retry, so that a retry finds the answers that have arrived. It
   * differs from that of an attempt in another format or with another history, so that the answers of such an attempt
   * are not reused.
   */
  readonly id: string;
  /** Number of upstream calls. */
  readonly size: number;
  /** The request field that decides how many calls there are. */
  readonly parallelCalls: ParallelCalls;
}

/** An attempt whose answers arrive whole. */
export interface WholeAttempt<Answer, Result> {
  readonly kind: 'whole';
  readonly prepared: PreparedRequest;
  /** The format that each answer must have; undefined for free text. */
  readonly output: OutputCheck<Answer> | undefined;
  call(index: number): RoutableCall<Answer>;
  usageOf(answer: Answer, index: number): Usage;
  /** Returns what Bedrock bills of an answer beside its tokens; undefined for a plain call. */
  billingOf(answer: Answer, index: number): BillingFacts | undefined;
  /** Returns an answer in which renamed tools and properties have the client's names again. */
  restoreNames(answer: Answer): Answer;
  /** Access of the answer cache; undefined if the answers of this API are not cached. */
  readonly cached: CachedForm<Answer> | undefined;
  /** Returns the part of an answer that the content log records. */
  contentOf(answer: Answer): unknown;
  toResult(answers: readonly Answer[]): Result;
}

/** Access of the answer cache to requests and answers. */
export interface CachedForm<Answer> {
  /** Returns the request of call number `index`, which decides its answer. */
  request(index: number): ConverseRequest;
  /**
   * Returns the answer in a stored JSON text; undefined for text that the gateway did not write, because other programs
   * can write to Redis.
   */
  parse(json: string): Answer | undefined;
}

/** How a whole answer is checked against the format that the client requires. */
export interface OutputCheck<Answer> {
  readonly expected: ExpectedOutput;
  check(answer: Answer): Promise<CheckedAnswer<Answer>>;
  /** Returns the call that asks again after an answer that does not conform; `problem` describes the violation. */
  repairCall(index: number, problem: string): RoutableCall<Answer>;
  /** Returns an answer with the usage of an earlier one added: the client pays for both. */
  withUsageOf(answer: Answer, earlier: Answer): Answer;
}

/** An attempt whose answers are streamed. */
export interface StreamedAttempt<Event, Result> {
  readonly kind: 'stream';
  readonly prepared: PreparedRequest;
  call(index: number): RoutableCall<AsyncIterable<Event[]>>;
  /** Returns a stream that resumes or ends early if the request requires that. Absent for streams without such changes. */
  wrapStream?(stream: OpenedStreamAnswer<Event>, index: number): OpenedStreamAnswer<Event>;
  usageReader(index: number): RunningUsageReader<Event>;
  /** Returns the text of an event, for the content log. */
  textOf(event: Event): string;
  toResult(streams: readonly AsyncIterable<Event[]>[], meter: StreamMeter<Event>): Result;
}

/** A stream that a target has accepted. */
export type OpenedStreamAnswer<Event> = TargetAnswer<AsyncIterable<Event[]>> & Pick<AcceptedAnswer, 'continued'>;

export type Attempt<Answer, Event, Result> = WholeAttempt<Answer, Result> | StreamedAttempt<Event, Result>;
