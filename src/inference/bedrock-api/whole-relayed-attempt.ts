import { RELAYED_OPERATIONS, type InvokeAnswer } from '../../bedrock/operations/upstream-operation.ts';
import { usageFromHeaders } from '../../bedrock/operations/token-headers.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import { ZERO_USAGE, type Usage } from '../../usage/usage.ts';
import { billingOfConverse, billingOfInvoke, imagesToEmbed } from '../../wire/usage/billing.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import type { BedrockApiOperation } from '../../wire/operations.ts';
import { RawJsonAnswer } from '../../wire/raw-answer.ts';
import { usageOfAnswer } from '../../wire/usage/converse-usage.ts';
import type { WholeAttempt } from '../attempts/attempt.ts';
import { RelayedCall } from '../upstream/relayed-call.ts';
import { passBedrockHeaders } from './bedrock-headers.ts';
import type { RelayedRequest } from './relayed-request.ts';

/** An attempt of an operation of Bedrock's own API that answers in JSON. */
export class WholeRelayedAttempt implements WholeAttempt<InvokeAnswer, RawJsonAnswer> {
  readonly kind = 'whole';
  readonly output: undefined;
  readonly cached: undefined;
  readonly prepared: RelayedRequest;
  private readonly operation: BedrockApiOperation;
  /** The answer of Converse, which is read several times. */
  private answer: { body: string; parsed: ConverseAnswer } | undefined;

  constructor(prepared: RelayedRequest, operation: BedrockApiOperation) {
    this.prepared = prepared;
    this.operation = operation;
  }

  call(): RelayedCall<InvokeAnswer> {
    const { route, sending } = this.prepared;
    return new RelayedCall(route, RELAYED_OPERATIONS[this.operation], sending);
  }

  usageOf({ head, body }: InvokeAnswer): Usage {
    switch (this.operation) {
      case 'converse':
        return usageOfAnswer(this.parsed(body));
      case 'invoke':
        return usageFromHeaders(head) ?? ZERO_USAGE;
      case 'count-tokens':
        return ZERO_USAGE;
      default:
        return this.operation satisfies never;
    }
  }

  billingOf({ head, body }: InvokeAnswer): BillingFacts | undefined {
    switch (this.operation) {
      case 'converse':
        return billingOfConverse({}, this.parsed(body));
      case 'invoke':
        return this.billingOfInvocation(head);
      case 'count-tokens':
        return undefined;
      default:
        return this.operation satisfies never;
    }
  }

  restoreNames(answer: InvokeAnswer): InvokeAnswer {
    return answer;
  }

  contentOf({ body }: InvokeAnswer): string {
    return body;
  }

  toResult([answer]: readonly InvokeAnswer[]): RawJsonAnswer {
    const { head, body } = answer!;
    passBedrockHeaders(head, this.prepared.context);
    return new RawJsonAnswer(body);
  }

  private billingOfInvocation({ headers }: InvokeAnswer['head']): BillingFacts | undefined {
    const { route, sending } = this.prepared;
    const facts = billingOfInvoke(sending.headers, headers);
    if (route.model.embedding?.form !== 'nova') return facts;
    const images = imagesToEmbed(sending.body.toString('utf8'));
    return images === 0 ? facts : { ...facts, images };
  }

  private parsed(body: string): ConverseAnswer {
    if (this.answer?.body !== body) this.answer = { body, parsed: parsedAnswer(body) };
    return this.answer.parsed;
  }
}

/** Parses an answer. Returns an empty one if it is not JSON; then the usage is unknown. */
function parsedAnswer(body: string): ConverseAnswer {
  try {
    return Object(JSON.parse(body)) as ConverseAnswer;
  } catch {
    return {} as ConverseAnswer;
  }
}
