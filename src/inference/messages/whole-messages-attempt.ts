import { parseInvokedMessage, type InvokedMessage } from '../../bedrock/operations/invoked-message.ts';
import { INVOKE, type UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import { checkedMessage } from '../../translation/anthropic/invoke-model/format/checked-message.ts';
import { eventsOfMessage } from '../../translation/anthropic/invoke-model/answer/messages-answer-events.ts';
import { restoredContent } from '../../translation/anthropic/invoke-model/answer/messages-restored.ts';
import { anthropicEventToFrame } from '../../translation/anthropic/invoke-model/answer/messages-stream.ts';
import { usageOfMessage, withAddedUsage } from '../../translation/anthropic/invoke-model/answer/messages-usage.ts';
import { withInstruction } from '../../translation/anthropic/invoke-model/format/prompted-format.ts';
import { repairInstruction } from '../../translation/structured/json-instruction.ts';
import type { CheckedAnswer } from '../../translation/structured/structured-answer.ts';
import type { BillingFacts } from '../../usage/billing-facts.ts';
import type { Usage } from '../../usage/usage.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import { billingOfInvoke } from '../../wire/usage/billing.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import type { MessagesEvent } from '../../wire/messages-events.ts';
import type { OutputCheck, WholeAttempt } from '../attempts/attempt.ts';
import type { OutputContract } from '../structured/structured-output.service.ts';
import { MessagesCall } from '../upstream/messages-call.ts';
import type { PreparedMessages } from './prepared-messages.ts';

/** InvokeModel of Claude. Throws GatewayError for a 200 that is no message. */
const INVOKE_MESSAGE: UpstreamOperation<InvokedMessage> = {
  ...INVOKE,
  read: (received, span) => parseInvokedMessage(INVOKE.read(received, span).body),
};

/** The result of an attempt: Anthropic's message, or a stream of its events. */
export type MessagesResult = object;

/** An attempt of InvokeModel for Claude. */
export class WholeMessagesAttempt implements WholeAttempt<InvokedMessage, MessagesResult> {
  readonly kind = 'whole';
  readonly prepared: PreparedMessages;
  readonly output: OutputCheck<InvokedMessage> | undefined;
  readonly cached: undefined;

  /** `contract` is set if the prompt contains the required format. */
  constructor(prepared: PreparedMessages, contract: OutputContract | undefined) {
    this.prepared = prepared;
    this.output = contract && new MessageOutputCheck(prepared, contract);
  }

  call(): MessagesCall<InvokedMessage> {
    return callWith(this.prepared, this.prepared.translation.body);
  }

  usageOf({ usage }: InvokedMessage): Usage {
    return usageOfMessage(usage);
  }

  billingOf(): BillingFacts | undefined {
    return billingOfInvoke(this.prepared.translation.headers);
  }

  restoreNames(message: InvokedMessage): InvokedMessage {
    const { renamed } = this.prepared.translation;
    return renamed ? { ...message, content: restoredContent(message.content, renamed) } : message;
  }

  contentOf({ content }: InvokedMessage): unknown {
    return content;
  }

  /** Returns the answer. For streamed requests, returns a stream with all events at once, because the answer was checked first. */
  toResult([message]: readonly InvokedMessage[]): MessagesResult {
    if (!this.prepared.request.stream) return message!;
    const frames = eventsOfMessage({ ...message }).map(anthropicEventToFrame);
    return new AnswerStream<MessagesEvent>({
      streams: [],
      frames: () => [],
      end: () => frames,
      onClose: () => undefined,
    });
  }
}

/** Returns the call with this body in place of the translated one. */
function callWith({ route, translation }: PreparedMessages, body: JsonObject): MessagesCall<InvokedMessage> {
  return new MessagesCall(route, INVOKE_MESSAGE, { body, headers: translation.headers });
}

class MessageOutputCheck implements OutputCheck<InvokedMessage> {
  readonly expected: OutputContract['expected'];
  private readonly prepared: PreparedMessages;
  private readonly contract: OutputContract;

  constructor(prepared: PreparedMessages, contract: OutputContract) {
    this.prepared = prepared;
    this.contract = contract;
    this.expected = contract.expected;
  }

  check(message: InvokedMessage): Promise<CheckedAnswer<InvokedMessage>> {
    return checkedMessage(message, this.contract.check);
  }

  repairCall(_index: number, problem: string): MessagesCall<InvokedMessage> {
    return callWith(this.prepared, withInstruction(this.prepared.translation.body, repairInstruction(problem)));
  }

  withUsageOf(message: InvokedMessage, earlier: InvokedMessage): InvokedMessage {
    return { ...message, usage: withAddedUsage(message.usage, earlier.usage) };
  }
}
