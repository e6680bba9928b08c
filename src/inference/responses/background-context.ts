import { randomUUID } from 'node:crypto';
import type { Call, CallFacts } from '../../request/request-context.ts';
import type { CallSlots } from '../../request/call-slots.ts';
import { OpenAttempts } from '../../request/open-attempts.ts';
import { Stop } from '../../request/cancel-signal.ts';
import type { ContentRecorder } from '../../request/content-recorder.ts';
import { WorkOnce } from '../../request/promise-memo.ts';
import type { Caller } from '../../request/caller.ts';

/** A call that nobody waits for: its answer is stored, and it ends when it is done or cancelled. */
export class DetachedCall implements Call {
  readonly id = randomUUID();
  startedAt = performance.now();
  readonly facts: CallFacts = {};
  readonly attempts = new OpenAttempts();
  readonly caller?: Caller;
  contentLog?: ContentRecorder;
  readonly signal = new Stop();
  private readonly done = new WorkOnce();
  private callSlots?: CallSlots;
  private readonly endings: (() => void)[] = [];

  constructor(caller: Caller | undefined) {
    this.caller = caller;
    this.attempts.isCommitted = true;
  }

  /** Stops the work; a GatewayError is what the stored response tells. The first reason counts. */
  end(reason: Error): void {
    this.signal.stop(reason);
  }

  /** The work begins after waiting: the time limits of retries count from now on. */
  begin(): void {
    this.startedAt = performance.now();
  }

  /** Runs `work` when the call is over. */
  atEnd(work: () => void): void {
    this.endings.push(work);
  }

  /** Gives back all that the call holds; called once. */
  over(): void {
    this.signal.stop(new Error('The background work has ended.'));
    for (const work of this.endings) work();
  }

  /** There is no answer whose headers these could be. */
  header(): void {}

  tellFailuresIn(): void {}

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.done.run(key, work);
  }

  slots(make: (call: Call) => CallSlots): CallSlots {
    return (this.callSlots ??= make(this));
  }
}
