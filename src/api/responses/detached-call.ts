import { randomUUID } from 'node:crypto';
import type { Call, CallFacts, Caller } from '../../call.ts';
import { Stop } from '../../stop-signal.ts';
import { WorkOnce } from '../../work-once.ts';

/** A call that nobody waits for: its answer is stored, and it ends when it is done or cancelled. */
export class DetachedCall implements Call {
  readonly id = randomUUID();
  readonly startedAt = performance.now();
  readonly facts: CallFacts = {};
  readonly caller?: Caller;
  readonly signal = new Stop();
  private readonly done = new WorkOnce();

  constructor(caller: Caller | undefined) {
    this.caller = caller;
  }

  cancel(reason: Error): void {
    this.signal.stop(reason);
  }

  /** There is no answer whose headers these could be. */
  header(): void {}

  tellFailuresIn(): void {}

  once<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.done.run(key, work);
  }
}
