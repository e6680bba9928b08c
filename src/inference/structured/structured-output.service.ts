import { Injectable, Logger } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { RetryPolicy } from '../../retry/retry-policy.ts';
import type { Route } from '../../models/types/model.ts';
import { type Split, UpstreamCalls } from '../../admission/upstream-calls.service.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { usageOfAnswer } from '../../wire/usage.ts';
import type { ConverseAnswer, ConverseRequest } from '../../wire/converse.ts';
import type { SchemaCheck, ExpectedOutput, EnforcedSchemas } from '../../translation/json-schema/expected-output.ts';
import {
  checkStructuredAnswer,
  type CheckedAnswer,
  textDroppedNote,
} from '../../translation/structured/structured-answer.ts';
import { repairRequest } from '../../translation/structured/json-instruction.ts';
import { StructuredStreams } from '../../translation/structured/structured-streams.ts';
import { AccountingService } from '../accounting/accounting.service.ts';
import { AnswerCache } from '../answer-cache.ts';
import { tellAlso } from '../report-adjustments.ts';
import { acceptUnmet } from './accept-unmet.ts';
import { SchemaValidators } from './schema-checks.service.ts';
import { addUsageOf } from './add-usage-of.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** What an answer has to be, ready to be judged by. */
export interface OutputContract {
  expected: ExpectedOutput;
  check: SchemaCheck;
}

/** Holds answers to what `response_format` asks for: no other answer is given out unreported, and none with `strict`. */
@Injectable()
export class StructuredOutputService {
  private readonly logger = new Logger(StructuredOutputService.name);

  constructor(
    private readonly cache: AnswerCache,
    private readonly usage: AccountingService,
    private readonly metrics: MetricsService,
    private readonly calls: UpstreamCalls,
    private readonly checks: SchemaValidators,
    private readonly config: GatewayConfig,
    private readonly retries: RetryPolicy,
  ) {}

  /**
   * Undefined where the answer is free. Rejects with GatewayError before anything is spent: 400 with `param` for a schema
   * that is none or too complex, 429 where the key has spent its CPU time, 503 where too many wait.
   */
  async contractOf(use: EnforcedSchemas, context: RequestContext): Promise<OutputContract | undefined> {
    const given = use.expected;
    if (!given) return undefined;
    const { isLoose: _, ...strict } = given;
    const expected = this.config.requests.unsupportedFields === 'reject' ? strict : given;
    if (!given.schema) return { expected, check: anyObject };
    return { expected, check: await this.checks.of(given.schema, given.param, context) };
  }

  /** Reads the streams of a request; undefined where the answer is free. A strict stream that does not conform fails at its end. */
  streams(contract: OutputContract | undefined): StructuredStreams | undefined {
    return contract && new StructuredStreams(contract.expected, contract.check);
  }

  /**
   * Whole answers that conform, each asked for once more where it did not. Where that did not help, the second answer
   * passes and is reported, or the first one if the second attempt failed; with `strict` the request fails. `ask` brings
   * one from Bedrock and books what it cost.
   */
  async answers(
    contract: OutputContract,
    inputs: readonly ConverseRequest[],
    { route, context, ask, split }: Asking,
  ): Promise<ConverseAnswer[]> {
    const spent: ConverseAnswer[] = [];
    const results = await this.calls.each(inputs, context, split, (input, index) =>
      settled(this.answer({ contract, route, index, context, ask, split, spent }, input)),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    // Answers that are not given out have been paid for all the same.
    if (spent.length > 0) this.usage.record(context, spent.map(usageOfAnswer));
    throw failed.reason;
  }

  private async answer(question: Question, input: ConverseRequest): Promise<ConverseAnswer> {
    const first = await this.attempt('first', question, input);
    if (first.problem === undefined) return this.usable(first, question);
    this.metrics.requestRetried('structured_output_invalid');
    const second = await this.secondAttempt(question, input, first.problem);
    if (second === undefined) return this.usable(first, question);
    return addUsageOf(this.usable(second, question), first.answer);
  }

  /**
   * Undefined where the attempt failed and the first answer may be given out: that answer is paid for, and the request
   * asks for no conforming one. Rejects with the failure otherwise.
   */
  private async secondAttempt(
    question: Question,
    input: ConverseRequest,
    problem: string,
  ): Promise<CheckedAnswer | undefined> {
    const { contract, route, context } = question;
    const system = route.model.rules.system ? 'taken' : 'refused';
    const attempt = () => this.attempt('second', question, repairRequest(input, problem, system));
    if (!contract.expected.isLoose) return attempt();
    try {
      // Waits here as the request would wait; a failure that reaches the client would cost it the first answer.
      return await this.retries.repeat(context, attempt);
    } catch (error) {
      if (context.signal.aborted || !(error instanceof GatewayError)) throw error;
      this.logger.warn({ event: 'second_attempt_failed', requestId: context.id, code: error.code });
      return undefined;
    }
  }

  /** An answer that could not be checked is not asked for again: the next one would cost as much to check. */
  private usable(read: CheckedAnswer, { contract, context }: Question): ConverseAnswer {
    if (read.isTextDropped) tellAlso(context, textDroppedNote(contract.expected.field));
    acceptUnmet(read, contract.expected, context);
    return read.answer;
  }

  /** Once for each way and turn, also when the whole request is retried; only what conforms is cached. */
  private async attempt(
    turn: 'first' | 'second',
    { contract: { expected, check }, route, index, context, ask, spent }: Question,
    input: ConverseRequest,
  ): Promise<CheckedAnswer> {
    const key = `${expected.way}/${index}/${turn}`;
    const askUsable = async (): Promise<ConverseAnswer> => {
      if (turn === 'second')
        await context.once(`${key}/count`, () => this.calls.countOneMore(context, 'structured_output'));
      const read = await checkStructuredAnswer(await ask(input), expected, check);
      if (read.problem !== undefined || read.unchecked !== undefined || read.isTextDropped)
        throw new UncachedAnswer(read);
      return read.answer;
    };
    const result = await context.once(key, async (): Promise<CheckedAnswer> => {
      try {
        return { answer: await this.cache.through({ route, input, index }, context, askUsable) };
      } catch (error) {
        if (error instanceof UncachedAnswer) return error.read;
        throw error;
      }
    });
    spent.push(result.answer);
    return result;
  }
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}

/** The check for requests that ask for JSON of any kind: OpenAI's `json_object`. */
const anyObject: SchemaCheck = (_json, value) =>
  isRecord(value) ? 'conforms' : { problem: 'the answer is not a JSON object' };

/** How the answers to a request are come by. */
interface Asking {
  route: Route;
  context: RequestContext;
  ask: (input: ConverseRequest) => Promise<ConverseAnswer>;
  split: Split;
}

/** One of the answers to a request, and what was spent on all of them. */
interface Question extends Asking {
  contract: OutputContract;
  index: number;
  spent: ConverseAnswer[];
}

/** Carries an answer past the cache: it has a problem, or something to report. */
class UncachedAnswer extends Error {
  readonly read: CheckedAnswer;

  constructor(read: CheckedAnswer) {
    super(read.problem ?? read.unchecked);
    this.read = read;
  }
}
