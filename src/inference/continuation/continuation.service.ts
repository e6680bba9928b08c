import { Injectable, Logger } from '@nestjs/common';
import { CONVERSE_STREAM } from '../../bedrock/operations/upstream-operation.ts';
import type { Call } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayError } from '../../errors/errors.ts';
import { UpstreamCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { Served } from '../../routing/target-answer.ts';
import { mayWorkElsewhere } from '../../routing/targets/cooldown-policies.ts';
import { estimatePrompt, estimateTokens } from '../../wire/token-estimate.ts';
import type { ConverseEvent, ConverseRequest } from '../../wire/converse.ts';
import { addUsage, NO_USAGE } from '../../usage/usage.ts';
import { type Continuation, ContinuedStream } from './continued-stream.ts';
import { canBeContinued, withPrefill } from './prefill.ts';
import type { Said } from './partial-answer-text.ts';
import { splicer } from './event-splicer.ts';
import { ConverseCall } from '../upstream/converse-call.ts';
import { UpstreamService } from '../upstream/upstream.service.ts';

type Stream = AsyncIterable<ConverseEvent[]>;

/** Goes on with an answer that broke off, where the settings ask for it: behind the text that the client has, never over it. */
@Injectable()
export class ContinuationService {
  private readonly logger = new Logger(ContinuationService.name);

  constructor(
    private readonly upstream: UpstreamService,
    private readonly config: GatewayConfig,
    private readonly calls: UpstreamCalls,
  ) {}

  /** The stream as it is, or one that is taken up again when it breaks off. `target` and `settle` are those of the last. */
  through(served: Served<Stream>, route: Route, input: ConverseRequest, call: Call): Served<Stream> {
    const most = this.config.streaming.continuations;
    if (most === 0 || !canBeContinued(route.model.rules, input)) return served;
    let continued = 0;
    const stream = new ContinuedStream(served, async (before, answered, failure) => {
      const isOver = continued === most || call.signal.aborted || !mayWorkElsewhere(failure) || !answered.isOpenText;
      if (isOver) throw failure;
      continued += 1;
      return this.continuation(before, answered, { route, input, call, failure });
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
    before: Served<Stream>,
    answered: Said,
    { route, input, call, failure }: Broken,
  ): Promise<Continuation> {
    const served = await this.reopen(before, route, withPrefill(input, answered.text), call, failure);
    before.settle();
    const used = { input: estimatePrompt(input), output: estimateTokens(answered.text) };
    call.facts.estimatedUsage = addUsage(call.facts.estimatedUsage ?? NO_USAGE, {
      ...NO_USAGE,
      input: Math.ceil(used.input),
      output: Math.ceil(used.output),
    });
    return { served, splice: splicer({ text: answered.text, block: answered.block ?? 0, used }) };
  }

  /** At another target where there is one. Rejects with what broke the stream if nobody goes on. */
  private async reopen(
    { target }: Served<Stream>,
    route: Route,
    input: ConverseRequest,
    call: Call,
    failure: GatewayError,
  ): Promise<Served<Stream>> {
    const left = route.targets.filter(({ id }) => id !== target.id);
    const others = { ...route, fallbacks: undefined, targets: left.length > 0 ? left : route.targets };
    try {
      await this.calls.countOneMore(call, 'continuation');
      const served = await this.upstream.send(new ConverseCall(others, CONVERSE_STREAM, input), call);
      (call.facts.continued ??= []).push(`${target.id}=${failure.code ?? 'unknown'}`);
      this.logger.warn({ event: 'stream_continued', requestId: call.id, target: target.id, code: failure.code });
      return served;
    } catch {
      throw failure;
    }
  }
}

/** A stream that broke: the request behind it, and the failure. */
interface Broken {
  route: Route;
  input: ConverseRequest;
  call: Call;
  failure: GatewayError;
}
