import type { CallSignal } from '../request/cancel-signal.ts';

/** A request, or work that no request waits for. */
export interface AdmittedCall {
  readonly signal: CallSignal;
  /** Runs `work` once, when the call is over; at once if it is. */
  atEnd(work: () => void): void;
}
