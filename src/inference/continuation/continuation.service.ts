import { Injectable, Logger } from '@nestjs/common';
import { CONVERSE_STREAM } from '../../bedrock/operations/upstream-operation.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayError } from '../../errors/errors.ts';
import { UpstreamCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import { canFailOver } from '../../routing/targets/cooldown-policies.ts';
import { estimatePrompt, estimateTokens } from '../../wire/token-estimate.ts';
import type { ConverseEvent, ConverseRequest } from '../../wire/converse.ts';
import { addUsage, ZERO_USAGE, type Usage } from '../../usage/usage.ts';
import { billingOfConverse } from '../../wire/usage/billing.ts';
import type { ContinuedUsage } from '../accounting/accepted-answer.ts';
import { AccountingService } from '../accounting/accounting.service.ts';
import type { OpenedStreamAnswer } from '../attempts/attempt.ts';
import { type Continuation, ContinuedStream } from './continued-stream.ts';
import { canContinue, withPrefill } from './prefill.ts';
import type { PartialAnswerText } from './partial-answer-text.ts';
import { createEventSplicer } from './event-splicer.ts';
import { ConverseCall } from '../upstream/converse-call.ts';
import { UpstreamService } from '../upstream/upstream.service.ts';

/**
 * Resumes streams that break off, after the text that the client has received. `streaming.maxContinuations` limits the
 * number of continuations.
 */
@Injectable()
export class StreamContinuationService {
  private readonly logger = new Logger(StreamContinuationService.name);

  constructor(
    private readonly upstream: UpstreamService,
    private readonly config: GatewayConfig,
    private readonly calls: UpstreamCalls,
    private readonly accounting: AccountingService,
  ) {}

  /**
   * Returns a stream that resumes when it breaks off, if the settings and the model allow it. Otherwise returns the stream
   * unchanged. `target` and `settle` belong to the latest stream.
   */
  resumable(
    served: OpenedStreamAnswer<ConverseEvent>,
    route: Route,
    input: ConverseRequest,
    context: RequestContext,
  ): OpenedStreamAnswer<ConverseEvent> {
    const max = this.config.streaming.maxContinuations;
    if (max === 0 || !canContinue(route.model.rules, input)) return served;
    let continued = 0;
    const stream = new ContinuedStream(served, async (before, answered, failure, earlier) => {
      const isOver = continued === max || context.signal.aborted || !canFailOver(failure) || !answered.isOpenText;
      if (isOver) throw failure;
      continued += 1;
      return this.continuation(before, answered, { route, input, context, failure, earlier });
    });
    return {
      body: stream,
      get target() {
        return stream.served.target;
      },
      get upstreamRequestId() {
        return stream.served.upstreamRequestId;
      },
      get continued() {
        return stream.continued;
      },
      settle: (usage) => stream.served.settle(usage),
    };
  }

  private async continuation(
    before: OpenedStreamAnswer<ConverseEvent>,
    answered: PartialAnswerText,
    { route, input, context, failure, earlier }: BrokenStream,
  ): Promise<Continuation> {
    const served = await this.reopen(before, route, withPrefill(input, answered.text), context, failure);
    const output = Math.ceil(estimateTokens(answered.text));
    const own: Usage = {
      ...ZERO_USAGE,
      input: earlier?.promptTokens ?? Math.ceil(estimatePrompt(input)),
      output: output - (earlier?.settled.output ?? 0),
    };
    this.accounting.settleContinued(before, own, { context, route }, billingOfConverse(input, undefined));
    const settled = addUsage(earlier?.settled ?? ZERO_USAGE, own);
    const continued = { settled, promptTokens: Math.ceil(estimatePrompt(input)) + output };
    const splice = createEventSplicer({ text: answered.text, block: answered.block ?? 0, usage: settled });
    return { served, splice, continued };
  }

  /** Opens the stream at another target if the route has one. Throws the failure that broke the stream if that fails. */
  private async reopen(
    { target }: OpenedStreamAnswer<ConverseEvent>,
    route: Route,
    input: ConverseRequest,
    context: RequestContext,
    failure: GatewayError,
  ): Promise<OpenedStreamAnswer<ConverseEvent>> {
    const left = route.targets.filter(({ id }) => id !== target.id);
    const others = { ...route, fallbacks: undefined, targets: left.length > 0 ? left : route.targets };
    try {
      await this.calls.countOneMore(context, 'continuation');
      const served = await this.upstream.send(new ConverseCall(others, CONVERSE_STREAM, input), context);
      (context.report.continued ??= []).push(`${target.id}=${failure.code ?? 'unknown'}`);
      this.logger.warn({ event: 'stream_continued', requestId: context.id, target: target.id, code: failure.code });
      return served;
    } catch {
      throw failure;
    }
  }
}

/** A stream that broke: its request, and the failure. */
interface BrokenStream {
  route: Route;
  input: ConverseRequest;
  context: RequestContext;
  failure: GatewayError;
  /** Set if the stream itself continued another one. */
  earlier: ContinuedUsage | undefined;
}
