import { Injectable, Logger } from '@nestjs/common';
import { BedrockService } from '../../bedrock/bedrock.service.ts';
import type { Call } from '../../call.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { GatewayError } from '../../errors.ts';
import { UpstreamCalls } from '../../http/admission/upstream-calls.service.ts';
import type { Route } from '../../models/model.ts';
import type { Served } from '../../routing/served.ts';
import { mayWorkElsewhere } from '../../routing/setbacks.ts';
import { estimatePrompt, estimateTokens } from '../../translation/converse/token-estimate.ts';
import type { ConverseEvent, ConverseRequest } from '../../translation/converse/wire.ts';
import { addUsage, NO_USAGE } from '../../usage/usage.ts';
import { canBeContinued, withPrefill } from './prefill.ts';
import { Said } from './said.ts';
import { splicer } from './splice.ts';

type Stream = AsyncIterable<ConverseEvent[]>;

/** Goes on with an answer that broke off, where the settings ask for it: behind the text that the client has, never over it. */
@Injectable()
export class ContinuationService {
  private readonly logger = new Logger(ContinuationService.name);

  constructor(
    private readonly bedrock: BedrockService,
    private readonly config: GatewayConfig,
    private readonly calls: UpstreamCalls,
  ) {}

  /** The stream as it is, or one that is taken up again when it breaks off. `target` and `settle` are those of the last. */
  through(served: Served<Stream>, route: Route, input: ConverseRequest, call: Call): Served<Stream> {
    const most = this.config.streaming.continuations;
    if (most === 0 || !canBeContinued(route.model.rules, input)) return served;
    const current = { served };
    return {
      body: this.goOn(current, route, input, call, most),
      get target() {
        return current.served.target;
      },
      settle: (usage) => current.served.settle(usage),
    };
  }

  private async *goOn(
    current: { served: Served<Stream> },
    route: Route,
    input: ConverseRequest,
    call: Call,
    most: number,
  ): AsyncGenerator<ConverseEvent[]> {
    const said = new Said();
    let splice = (events: ConverseEvent[]): ConverseEvent[] => events;
    for (let continued = 0; ; continued += 1) {
      try {
        for await (const batch of current.served.body) {
          const events = splice(batch);
          said.read(events);
          yield events;
        }
        return;
      } catch (error) {
        if (continued === most || call.signal.aborted || !mayWorkElsewhere(error) || !said.isOpenText) throw error;
        const before = current.served;
        current.served = await this.reopen(before, route, withPrefill(input, said.text), call, error);
        before.settle();
        const used = { input: estimatePrompt(input), output: estimateTokens(said.text) };
        call.facts.estimatedUsage = addUsage(call.facts.estimatedUsage ?? NO_USAGE, {
          ...NO_USAGE,
          input: Math.ceil(used.input),
          output: Math.ceil(used.output),
        });
        splice = splicer({ text: said.text, block: said.block ?? 0, used });
      }
    }
  }

  /** At another target where there is one. Rejects with what broke the stream if nobody goes on. */
  private async reopen(
    { target }: Served<Stream>,
    route: Route,
    input: ConverseRequest,
    call: Call,
    failure: GatewayError,
  ): Promise<Served<Stream>> {
    const others = route.targets.filter(({ id }) => id !== target.id);
    try {
      await this.calls.countOneMore(call, 'continuation');
      const served = await this.bedrock.converseStream(
        { ...route, fallbacks: undefined, targets: others.length > 0 ? others : route.targets },
        input,
        call,
      );
      (call.facts.continued ??= []).push(`${target.id}=${failure.code ?? 'unknown'}`);
      this.logger.warn({ event: 'stream_continued', requestId: call.id, target: target.id, code: failure.code });
      return served;
    } catch {
      throw failure;
    }
  }
}
