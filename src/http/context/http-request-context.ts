import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Call, CallFacts, FailureWords } from '../../request/request-context.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import type { CallTrace } from '../../request/request-trace.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import type { BodyShare } from '../../admission/uploads/body-share.ts';
import { Stop } from '../../request/cancel-signal.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import { WorkOnce } from '../../request/promise-memo.ts';
import { promptFieldOf } from './prompt-field.ts';
import type { Caller } from '../../request/caller.ts';

/** A request after the first middleware: with its call. */
export type GatewayRequest = Request & {
  call: HttpCall;
  /** What its body holds of the body budget; absent if no body was received. */
  bodyShare?: BodyShare;
};

/** Request ids that a client may choose: printable, short, harmless in logs and headers. */
const SANE_ID = /^[\w.:/+=@-]{1,128}$/;

/** The HTTP side of a call: headers go to the response, the hang-up comes from its socket. */
export class HttpCall implements Call {
  readonly id: string;
  readonly startedAt = performance.now();
  readonly facts: CallFacts = {};
  readonly attempts = new OpenAttempts();
  readonly cachePreference?: 'use' | 'skip';
  /** The model that the path of the request names, as Azure's paths do. */
  deployment?: string;
  caller?: Caller;
  trace?: CallTrace;
  contentLog?: ContentRecorder;
  failureWords?: FailureWords;
  readonly signal = new Stop();
  private readonly response: Response;
  private readonly done = new WorkOnce();
  private callSlots?: CallSlots;
  private isOver = false;
  private endings?: (() => void)[];
  private deadline?: NodeJS.Timeout;

  constructor(request: Request, response: Response) {
    const asked = request.headers['x-request-id'];
    this.id = typeof asked === 'string' && SANE_ID.test(asked) ? asked : randomUUID();
    const cache = request.headers['x-outcrop-cache'];
    if (cache === 'use' || cache === 'skip') this.cachePreference = cache;
    this.response = response;
  }

  /** Nobody waits for this call any more: whatever still runs for it stops. */
  over(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.deadline);
    this.end(CALL_IS_OVER);
    for (const work of this.endings ?? []) work();
  }

  /** Whatever still runs for this call stops; a GatewayError is what the client is told. The first reason counts. */
  end(reason: Error): void {
    this.signal.stop(reason);
  }

  /** Ends the call so many milliseconds after its arrival, because of `failure()`. */
  endAfter(milliseconds: number, failure: () => Error): void {
    const left = this.startedAt + milliseconds - performance.now();
    if (!this.isOver) this.deadline = setTimeout(() => this.end(failure()), Math.max(0, left));
  }

  /** Runs `work` once, when the answer is out or the client has gone; at once where that has been. */
  atEnd(work: () => void): void {
    if (this.isOver) work();
    else if (this.endings) this.endings.push(work);
    else this.endings = [work];
  }

  get promptField(): string {
    return promptFieldOf(this.response.req.path);
  }

  header(name: string, value: string | undefined): void {
    if (this.response.headersSent) return;
    if (value === undefined) this.response.removeHeader(name);
    else this.response.setHeader(name, value);
  }

  tellFailuresIn(words: FailureWords): void {
    this.failureWords = words;
  }

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.done.run(key, work);
  }

  slots(make: (call: Call) => CallSlots): CallSlots {
    return (this.callSlots ??= make(this));
  }
}

/** Nothing is answered to it; it only stops work. */
export class ClientGoneError extends Error {
  constructor() {
    super('The client closed the connection before the answer was complete.');
    this.name = 'ClientGoneError';
  }
}

/** One for all: making an error at the end of each good request would cost a stack trace. */
const CALL_IS_OVER = new ClientGoneError();

/** Why work for a call failed: once the call has been ended, whatever was thrown only follows from that. */
export function causeOf(error: unknown, call: Call): unknown {
  return call.signal.aborted ? call.signal.reason : error;
}
