import { Injectable, Logger } from '@nestjs/common';
import { CONVERSE_STREAM } from '../../bedrock/operations/upstream-operation.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayError } from '../../errors/errors.ts';
import { UpstreamCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { TargetAnswer } from '../../routing/target-answer.ts';
import { canFailOver } from '../../routing/targets/cooldown-policies.ts';
import { estimatePrompt, estimateTokens } from '../../wire/token-estimate.ts';
import type { ConverseEvent, ConverseRequest } from '../../wire/converse.ts';
import { addUsage, ZERO_USAGE } from '../../usage/usage.ts';
import { type Continuation, ContinuedStream } from './continued-stream.ts';
import { canContinue, withPrefill } from './prefill.ts';
import type { PartialAnswerText } from './partial-answer-text.ts';
import { createEventSplicer } from './event-splicer.ts';
import { ConverseCall } from '../upstream/converse-call.ts';
import { UpstreamService } from '../upstream/upstream.service.ts';

type Stream = AsyncIterable<ConverseEvent[]>;

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
  ) {}

  /**
   * Returns a stream that resumes when it breaks off, if the settings and the model allow it. Otherwise returns the stream
   * unchanged. `target` and `settle` belong to the latest stream.
   */
  resumable(
    served: TargetAnswer<Stream>,
    route: Route,
    input: ConverseRequest,
    context: RequestContext,
  ): TargetAnswer<Stream> {
    const max = this.config.streaming.maxContinuations;
    if (max === 0 || !canContinue(route.model.rules, input)) return served;
    let continued = 0;
    const stream = new ContinuedStream(served, async (before, answered, failure) => {
      const isOver = continued === max || context.signal.aborted || !canFailOver(failure) || !answered.isOpenText;
      if (isOver) throw failure;
      continued += 1;
      return this.continuation(before, answered, { route, input, context, failure });
    });
    return {
      body: stream,
      get target() {
        return stream.served.target;
      },
      settle: (usage) => stream.served.settle(usage),
    };
  }

  private async continuation(
    before: TargetAnswer<Stream>,
    answered: PartialAnswerText,
    { route, input, context, failure }: BrokenStream,
  ): Promise<Continuation> {
    const served = await this.reopen(before, route, withPrefill(input, answered.text), context, failure);
    before.settle();
    const used = { input: estimatePrompt(input), output: estimateTokens(answered.text) };
    context.report.estimatedUsage = addUsage(context.report.estimatedUsage ?? ZERO_USAGE, {
      ...ZERO_USAGE,
      input: Math.ceil(used.input),
      output: Math.ceil(used.output),
    });
    return { served, splice: createEventSplicer({ text: answered.text, block: answered.block ?? 0, usage: used }) };
  }

  /** Opens the stream at another target if the route has one. Throws the failure that broke the stream if that fails. */
  private async reopen(
    { target }: TargetAnswer<Stream>,
    route: Route,
    input: ConverseRequest,
    context: RequestContext,
    failure: GatewayError,
  ): Promise<TargetAnswer<Stream>> {
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
}
