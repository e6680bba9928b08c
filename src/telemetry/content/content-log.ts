import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { LiveConfig } from '../../config/live-config.ts';
import { expiryTime } from '../../config/settings/date-time.ts';
import type { DebugConfig } from '../../config/sections/debug-config.ts';
import type { GatewayError } from '../../errors/errors.ts';
import { AUDIT_FIELDS } from '../audit.ts';
import type { ContentReader, ContentRecorder } from '../../request/content-recorder.ts';

/** Maximum characters of one text. Container runtimes split lines above 16 KiB. */
const MAX_CHARACTERS = 8_192;

type ContentConfig = NonNullable<DebugConfig['content']>;

/** Reason for the end of the content log: its end time, a changed setting, or a shutdown. */
type EndReason = 'until' | 'changed' | 'shutdown';

/** Writes prompts, answers and error messages to the log, for the keys and the time of `debug.content` only. */
@Injectable()
export class ContentLog implements ContentRecorder, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('content');
  private active?: { keys: ReadonlySet<string>; until: number; timer: NodeJS.Timeout };

  constructor(
    private readonly config: GatewayConfig,
    @Optional() live?: LiveConfig,
  ) {
    live?.onChange(({ debug }, previous) => {
      if (debug.content !== previous.debug.content) return () => this.replace(debug.content);
    });
  }

  onApplicationBootstrap(): void {
    this.begin(this.config.debug.content);
  }

  onApplicationShutdown(): void {
    this.end('shutdown');
  }

  /** Returns this log while content is logged; undefined otherwise. Requests that start meanwhile carry it. */
  get current(): this | undefined {
    return this.active && this;
  }

  /** Logs the request that a model receives. `content` is any JSON value, or text. */
  recordRequest(context: RequestContext, content: unknown): void {
    if (this.appliesTo(context)) this.write(context, { asked: shortened(content) });
  }

  /** Logs the answer of a model. */
  recordAnswer(context: RequestContext, content: unknown): void {
    if (content !== undefined && this.appliesTo(context)) this.write(context, { answered: shortened(content) });
  }

  /** Logs the message of a failure, which other lines omit, and the request if it is available. */
  recordFailure(context: RequestContext, { code, message, cause }: GatewayError, request?: unknown): void {
    if (!this.appliesTo(context)) return;
    const reason = cause instanceof Error ? shortened(cause.message) : undefined;
    const asked = request === undefined ? undefined : shortened(request);
    this.write(context, { code, failure: shortened(message), cause: reason, asked });
  }

  /** Collects the text of a streamed answer. Returns undefined if the content of the request is not logged. */
  stream<Event>(context: RequestContext, textOf: (event: Event) => string): ContentReader<Event> | undefined {
    if (!this.appliesTo(context)) return undefined;
    let text = '';
    return {
      read: (events) => {
        for (const event of events) if (text.length <= MAX_CHARACTERS) text += textOf(event);
      },
      end: () => this.recordAnswer(context, text),
    };
  }

  private appliesTo({ caller }: RequestContext): boolean {
    const { active } = this;
    return active !== undefined && caller !== undefined && active.keys.has(caller.name) && Date.now() < active.until;
  }

  private write({ id, caller }: RequestContext, content: object): void {
    this.logger.log({ requestId: id, key: caller?.name, ...content });
  }

  private replace(content: ContentConfig | undefined): void {
    this.end('changed');
    this.begin(content);
  }

  private begin(content: ContentConfig | undefined): void {
    if (content === undefined || content.keys.length === 0) return;
    const { keys, until } = content;
    // An invalid time counts as passed. The validation of the settings rejects it.
    const end = expiryTime(until) ?? 0;
    if (end <= Date.now()) {
      this.logger.warn(`debug.content ended at ${until} and has no effect: remove it from the configuration`);
      return;
    }
    const timer = setTimeout(() => this.end('until'), end - Date.now()).unref();
    this.active = { keys: new Set(keys), until: end, timer };
    const msg = 'the log contains the content of requests with these API keys';
    this.logger.warn({ ...AUDIT_FIELDS, event: 'debug_content_began', keys, until, msg });
  }

  private end(reason: EndReason): void {
    const { active } = this;
    if (active === undefined) return;
    clearTimeout(active.timer);
    this.active = undefined;
    const msg = 'the log contains no content of requests any more';
    this.logger.warn({ ...AUDIT_FIELDS, event: 'debug_content_ended', keys: [...active.keys], reason, msg });
  }
}

/** Returns the beginning and the end of a long text, because the newest message of a conversation is near the end. */
function shortened(content: unknown): string {
  const text = typeof content === 'string' ? content : (JSON.stringify(content) ?? '');
  if (text.length <= MAX_CHARACTERS) return text;
  const half = MAX_CHARACTERS / 2;
  return `${text.slice(0, half)} … (${text.length} characters) … ${text.slice(-half)}`;
}
