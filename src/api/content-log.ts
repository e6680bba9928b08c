import { Injectable, Logger } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { preview } from '../telemetry/logging.ts';
import type { ConverseAnswer } from '../translation/converse/wire.ts';

/** Enough to fill a preview; the rest of a stream is not kept. */
const KEPT_CHARACTERS = 201;

interface Reading<Event> {
  read(events: readonly Event[]): void;
  end(): void;
}

/** A request of any API that has messages. */
interface Asked {
  readonly messages?: readonly unknown[];
}

/** What was said, truncated, for those who run at level debug to see it. At every other level it does nothing. */
@Injectable()
export class ContentLog {
  private readonly logger = new Logger('content');

  constructor(private readonly config: GatewayConfig) {}

  private get enabled(): boolean {
    const { level } = this.config.logging;
    return level === 'debug' || level === 'trace';
  }

  asked(call: Call, inputs: readonly Asked[]): void {
    if (!this.enabled) return;
    const last = inputs[0]?.messages?.at(-1) as { content?: unknown } | undefined;
    this.logger.debug({ requestId: call.id, asked: preview(JSON.stringify(last?.content ?? null)) });
  }

  answered(call: Call, outputs: readonly ConverseAnswer[]): void {
    this.answeredContent(call, outputs[0]?.output?.message?.content);
  }

  /** What an answer says, in any API's blocks. */
  answeredContent(call: Call, content: unknown): void {
    if (!this.enabled) return;
    this.logger.debug({ requestId: call.id, answered: preview(JSON.stringify(content ?? null)) });
  }

  /** Reads along with a stream; `end` writes what was seen. Undefined when nobody wants to see it. */
  stream<Event>(call: Call, textOf: (event: Event) => string): Reading<Event> | undefined {
    if (!this.enabled) return undefined;
    let seen = '';
    return {
      read: (events) => {
        if (seen.length >= KEPT_CHARACTERS) return;
        for (const event of events) seen += textOf(event);
      },
      end: () => this.logger.debug({ requestId: call.id, answered: preview(seen) }),
    };
  }
}
