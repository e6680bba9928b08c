import { Injectable, Logger } from '@nestjs/common';
import { UpstreamCalls } from '../admission/upstream-calls.service.ts';
import type { CallLimiter } from '../admission/call-limiter.ts';
import { GatewayError } from '../errors/errors.ts';
import type { RequestContext } from '../request/request-context.ts';
import { STREAM_WORK } from '../request/work-keys.ts';
import { RetryPolicy } from '../retry/retry-policy.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import type { Dialect, DialectRequest } from '../translation/dialect.ts';
import type { CheckedAnswer } from '../translation/structured/structured-answer.ts';
import type { AnswerStream } from '../wire/answer-stream.ts';
import type { ConverseEvent } from '../wire/converse.ts';
import { AccountingService } from './accounting/accounting.service.ts';
import { AnswerCache } from './answer-cache.ts';
import type { Attempt, OpenedStreamAnswer, StreamedAttempt, WholeAttempt } from './attempts/attempt.ts';
import { AttemptPlanner } from './attempts/attempt-planner.service.ts';
import type { RequestPreparer } from './attempts/request-preparer.ts';
import { DialectPreparers } from './converse/dialect-preparers.service.ts';
import { type MeteredStream, streamInSlot } from './stream-in-slot.ts';
import { StructuredOutputService } from './structured/structured-output.service.ts';
import { UpstreamService } from './upstream/upstream.service.ts';

/**
 * Answers requests of every API. A request has a plan: the models that may answer it, in order. An attempt is the request
 * translated for one entry of the plan. Its upstream calls return whole answers or streams, which become the result.
 *
 * - A plain request: `run` → `answer` → `complete` → `call` → `UpstreamService.send`.
 * - A stream: `run` → `stream` → `open` → `openOne` → `UpstreamService.send`.
 * - A failed target: `UpstreamService.send` goes on to the next candidate. Without one, the failure reaches `run`.
 * - A rejected schema, and a fallback model: `plan.advance` chooses the next entry.
 * - A retry: the failure leaves `run`, and the RetryPolicy calls it again. `context.once` keeps what has succeeded.
 */
@Injectable()
export class InferenceService {
  private readonly logger = new Logger(InferenceService.name);
  /** Streams of requests with several of them whose usage is settled, or will be when they end. */
  private readonly settling = new WeakSet<MeteredStream<unknown>>();

  constructor(
    private readonly planner: AttemptPlanner,
    private readonly preparers: DialectPreparers,
    private readonly structured: StructuredOutputService,
    private readonly cache: AnswerCache,
    private readonly upstream: UpstreamService,
    private readonly accounting: AccountingService,
    private readonly calls: UpstreamCalls,
    private readonly retries: RetryPolicy,
    private readonly metrics: MetricsService,
  ) {}

  /** Answers a request of a dialect of Converse. Throws as `run` does. */
  handle<Request extends DialectRequest, Body>(
    dialect: Dialect<Request, Body>,
    request: Request,
    context: RequestContext,
  ): Promise<Body | AnswerStream<ConverseEvent>> {
    return this.run(this.preparers.of(dialect), request, context);
  }

  /**
   * Tries the entries of the plan until one answers. Throws the failure that can be retried, if there is one. The
   * RetryPolicy decides whether to call again.
   */
  async run<Request extends { model?: string | null }, Result>(
    preparer: RequestPreparer<Request, Result>,
    request: Request,
    context: RequestContext,
  ): Promise<Result> {
    const plan = this.planner.plan(preparer, request, context);
    for (;;) {
      let attempt: Attempt<unknown, unknown, Result> | undefined;
      try {
        attempt = await preparer.prepare(request, plan.current);
        const result = attempt.kind === 'whole' ? await this.answer(attempt) : await this.stream(attempt);
        plan.succeed(attempt.prepared);
        return result;
      } catch (failure) {
        // Selects the same model without the parts that Bedrock rejected, or the next model. Throws if no entry is
        // left.
        plan.advance(failure, attempt?.prepared);
      }
    }
  }

  private async answer<Answer, Result>(attempt: WholeAttempt<Answer, Result>): Promise<Result> {
    const { context, size } = attempt.prepared;
    const answers = size === 1 ? [await this.complete(0, attempt)] : await this.completeAll(attempt);
    const usages = answers.map((answer, index) => attempt.usageOf(answer, index));
    this.accounting.report(context, usages);
    context.contentLog?.recordAnswer(context, attempt.contentOf(answers[0]!));
    return attempt.toResult(answers);
  }

  /** Returns the answers of a request that makes several calls. */
  private async completeAll<Answer>(attempt: WholeAttempt<Answer, unknown>): Promise<Answer[]> {
    const { context, size, parallelCalls } = attempt.prepared;
    const limiter = await this.calls.limiterFor(size, context, parallelCalls);
    const completed = Array.from({ length: size }, (_, index) => this.complete(index, attempt, limiter));
    try {
      return await Promise.all(completed);
    } catch (failure) {
      limiter?.stop();
      // Waits for all answers, so that the log line of a request with an invalid answer contains the usage of all of
      // them.
      if (attempt.output !== undefined) await Promise.allSettled(completed);
      throw failure;
    }
  }

  /**
   * Returns one answer, from the cache or from Bedrock. If the answer does not have the format that the client
   * requires, requests a second one. Throws GatewayError 502 if the second one violates a strict format, too.
   */
  private async complete<Answer>(
    index: number,
    attempt: WholeAttempt<Answer, unknown>,
    limiter?: CallLimiter,
  ): Promise<Answer> {
    const { output, prepared } = attempt;
    const key = this.cache.keyOf(attempt, index);
    const cached = key === undefined ? undefined : await this.cache.find(key, attempt, index);
    if (cached !== undefined) return cached;
    let checked = await this.call(index, attempt, limiter);
    if (output !== undefined) {
      if (checked.problem !== undefined) checked = await this.repaired(index, checked, attempt, limiter);
      this.structured.accept(checked, output.expected, prepared.context);
    }
    if (key !== undefined && conforms(checked)) this.cache.save(key, checked.answer, prepared.context);
    return checked.answer;
  }

  /**
   * Calls Bedrock for a whole answer. No other function does so. A retry of the request reuses the answers that have
   * arrived, also after another model was tried. `problem` describes why an earlier answer does not conform.
   */
  private call<Answer>(
    index: number,
    attempt: WholeAttempt<Answer, unknown>,
    limiter: CallLimiter | undefined,
    problem?: string,
  ): Promise<CheckedAnswer<Answer>> {
    const { output, prepared } = attempt;
    const { context, id } = prepared;
    const key = problem === undefined ? `${id}${index}` : `${id}${index}/repair`;
    return context.once(key, async () => {
      if (problem !== undefined) await context.once(`${key}/count`, () => this.countRepair(context));
      const answer = await (limiter === undefined
        ? this.send(index, attempt, problem)
        : limiter.run(() => this.send(index, attempt, problem), problem === undefined ? 'stop' : 'continue'));
      return output === undefined ? { answer } : output.check(answer);
    });
  }

  /** Counts a second call for an answer. A retry of the request does not count it again. */
  private async countRepair(context: RequestContext): Promise<void> {
    await this.calls.countOneMore(context, 'structured_output');
    this.metrics.requestRetried('structured_output_invalid');
  }

  private async send<Answer>(
    index: number,
    attempt: WholeAttempt<Answer, unknown>,
    problem: string | undefined,
  ): Promise<Answer> {
    const { output, prepared } = attempt;
    const repair = problem === undefined ? undefined : output?.repairCall(index, problem);
    const accepted = await this.upstream.send(repair ?? attempt.call(index), prepared.context);
    const { body } = accepted;
    this.accounting.settle(accepted, attempt.usageOf(body, index), prepared, attempt.billingOf(body, index));
    return attempt.restoreNames(body);
  }

  /**
   * Returns a second answer, with the usage of both. If the second call fails and the format is not strict, returns the first
   * answer: the client has paid for it.
   */
  private async repaired<Answer>(
    index: number,
    first: CheckedAnswer<Answer>,
    attempt: WholeAttempt<Answer, unknown>,
    limiter: CallLimiter | undefined,
  ): Promise<CheckedAnswer<Answer>> {
    const { output, prepared } = attempt;
    const { context } = prepared;
    const repair = () => this.call(index, attempt, limiter, first.problem);
    try {
      // Retries here, because a failure that reaches the interceptor would discard the first answer.
      const second = output?.expected.isLoose ? await this.retries.repeat(context, repair) : await repair();
      return output === undefined ? second : { ...second, answer: output.withUsageOf(second.answer, first.answer) };
    } catch (failure) {
      if (!output?.expected.isLoose || context.signal.aborted || !(failure instanceof GatewayError)) throw failure;
      this.logger.warn({ event: 'second_attempt_failed', requestId: context.id, code: failure.code });
      return first;
    }
  }

  /** Opens the streams of an attempt. The result reads the streams, and settles their usage when they end. */
  private async stream<Event, Result>(attempt: StreamedAttempt<Event, Result>): Promise<Result> {
    const { context, size } = attempt.prepared;
    const streams = await this.open(attempt);
    if (size > 1) for (const stream of streams) this.settling.add(stream);
    const readers = Array.from({ length: size }, (_, index) => attempt.usageReader(index));
    const content = context.contentLog?.stream(context, (event: Event) => attempt.textOf(event));
    const meter = this.accounting.meter(streams, readers, attempt.prepared, content);
    return attempt.toResult(
      streams.map(({ body }) => body),
      meter,
    );
  }

  /**
   * Opens as many streams as there are slots, the others when a stream ends. A retry opens only those that failed. Another
   * attempt opens all of them again.
   */
  private async open<Event>(attempt: StreamedAttempt<Event, unknown>): Promise<MeteredStream<Event>[]> {
    const { context, id, size, parallelCalls } = attempt.prepared;
    const key = `${STREAM_WORK}${id}`;
    if (size === 1) return [await context.once(`${key}0`, () => this.openOne(0, attempt))];
    await this.calls.countAll(context, size, parallelCalls);
    const slots = this.calls.slotsOf(context);
    const opened = Array.from({ length: size }, (_, index) =>
      context.once(`${key}${index}`, () => streamInSlot(slots, context.signal, () => this.openOne(index, attempt))),
    );
    try {
      return await Promise.all(opened);
    } catch (failure) {
      const isFinal = !(failure instanceof GatewayError) || !failure.retryable;
      if (isFinal) void this.abandon(opened, attempt);
      // A retry uses the streams that have begun. Without one, they end with the request or with the turn of the model.
      else context.signal.addEventListener('abort', () => void this.abandon(opened, attempt));
      throw failure;
    }
  }

  /**
   * Ends the streams of an attempt that has failed, including streams that are still being opened. The next attempt
   * needs their slots. Settles an estimate of their usage, because Bedrock bills them. Leaves streams that a retry of the
   * attempt has taken over. Never rejects.
   */
  private async abandon<Event>(
    opening: readonly Promise<MeteredStream<Event>>[],
    attempt: StreamedAttempt<Event, unknown>,
  ): Promise<void> {
    const { prepared } = attempt;
    prepared.context.forget(`${STREAM_WORK}${prepared.id}`, 'all');
    const ended = opening.map(async (opens, index) => {
      const stream = await opens;
      if (stream.target === undefined || this.settling.has(stream)) return;
      this.settling.add(stream);
      const reader = attempt.usageReader(index);
      this.accounting.settleAbandoned(stream, reader.estimated(), prepared, reader.billing());
      await stream.body[Symbol.asyncIterator]().return?.();
    });
    await Promise.allSettled(ended);
  }

  /** Opens a stream of Bedrock. Apart from continuations, no other function does so. */
  private async openOne<Event>(
    index: number,
    attempt: StreamedAttempt<Event, unknown>,
  ): Promise<OpenedStreamAnswer<Event>> {
    const opened = await this.upstream.send(attempt.call(index), attempt.prepared.context);
    return attempt.wrapStream === undefined ? opened : attempt.wrapStream(opened, index);
  }
}

/** Returns true if an answer can be cached. Answers with a report cannot, because a later hit would not report it. */
function conforms({ problem, unchecked, isTextDropped }: CheckedAnswer<unknown>): boolean {
  return problem === undefined && unchecked === undefined && isTextDropped === undefined;
}
