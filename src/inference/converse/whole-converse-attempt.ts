import { CONVERSE } from '../../bedrock/operations/upstream-operation.ts';
import { cutAtStop } from '../../translation/answer/emulated-stops.ts';
import type { AnswerOptions, Dialect, DialectRequest } from '../../translation/dialect.ts';
import { repairRequest } from '../../translation/structured/json-instruction.ts';
import { checkStructuredAnswer, type CheckedAnswer } from '../../translation/structured/structured-answer.ts';
import { withClientNames } from '../../translation/tool-schemas/renamed-properties.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import type { Usage } from '../../usage/usage.ts';
import { billingOfConverse } from '../../wire/usage/billing.ts';
import type { ConverseAnswer, ConverseRequest } from '../../wire/converse.ts';
import { parseExactly } from '../../wire/json/exact-json.ts';
import { usageOfAnswer } from '../../wire/usage/converse-usage.ts';
import type { CachedForm, OutputCheck, WholeAttempt } from '../attempts/attempt.ts';
import type { OutputContract } from '../structured/structured-output.service.ts';
import { ConverseCall } from '../upstream/converse-call.ts';
import { addUsageOf } from './add-usage-of.ts';
import type { PreparedConverse } from './prepared-converse.ts';

/** The form of the response. */
export interface AnswerForm<Request extends DialectRequest, Body> {
  readonly dialect: Dialect<Request, Body>;
  readonly request: Request;
  readonly identity: AnswerOptions;
}

/** An attempt of Converse. */
export class WholeConverseAttempt<Request extends DialectRequest, Body>
  implements WholeAttempt<ConverseAnswer, Body>, CachedForm<ConverseAnswer>
{
  readonly kind = 'whole';
  readonly prepared: PreparedConverse;
  readonly output: OutputCheck<ConverseAnswer> | undefined;
  readonly cached: CachedForm<ConverseAnswer> = this;
  private readonly form: AnswerForm<Request, Body>;

  constructor(prepared: PreparedConverse, form: AnswerForm<Request, Body>) {
    this.prepared = prepared;
    this.output = prepared.contract && new ConverseOutputCheck(prepared, prepared.contract);
    this.form = form;
  }

  call(index: number): ConverseCall<ConverseAnswer> {
    return new ConverseCall(this.prepared.route, CONVERSE, this.prepared.input(index));
  }

  request(index: number): ConverseRequest {
    return this.prepared.input(index);
  }

  parse(json: string): ConverseAnswer | undefined {
    try {
      const answer = parseExactly(json) as ConverseAnswer | null;
      return Array.isArray(answer?.output?.message?.content) ? answer : undefined;
    } catch {
      return undefined;
    }
  }

  usageOf(answer: ConverseAnswer): Usage {
    return usageOfAnswer(answer);
  }

  billingOf(answer: ConverseAnswer, index: number): BillingFacts | undefined {
    return billingOfConverse(this.prepared.input(index), answer);
  }

  restoreNames(answer: ConverseAnswer): ConverseAnswer {
    const { renamed } = this.prepared.translation;
    return renamed ? withClientNames(answer, renamed) : answer;
  }

  contentOf(answer: ConverseAnswer): unknown {
    return answer.output?.message?.content;
  }

  toResult(answers: readonly ConverseAnswer[]): Body {
    const { emulatedStops: stops } = this.prepared.translation;
    const { dialect, request, identity } = this.form;
    return dialect.toAnswer(stops ? answers.map((answer) => cutAtStop(answer, stops)) : answers, request, identity);
  }
}

class ConverseOutputCheck implements OutputCheck<ConverseAnswer> {
  readonly expected: OutputContract['expected'];
  private readonly prepared: PreparedConverse;
  private readonly contract: OutputContract;

  constructor(prepared: PreparedConverse, contract: OutputContract) {
    this.prepared = prepared;
    this.contract = contract;
    this.expected = contract.expected;
  }

  check(answer: ConverseAnswer): Promise<CheckedAnswer> {
    return checkStructuredAnswer(answer, this.expected, this.contract.check);
  }

  repairCall(index: number, problem: string): ConverseCall<ConverseAnswer> {
    const { route } = this.prepared;
    const system = route.model.rules.system ? 'accepted' : 'rejected';
    return new ConverseCall(route, CONVERSE, repairRequest(this.prepared.input(index), problem, system));
  }

  withUsageOf(answer: ConverseAnswer, earlier: ConverseAnswer): ConverseAnswer {
    return addUsageOf(answer, earlier);
  }
}
