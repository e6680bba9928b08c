import type { RequestCancelSignal } from '../request/cancel-signal.ts';

/** A request, or work that no request waits for. */
export interface AdmittedCall {
  readonly signal: RequestCancelSignal;
  /** Runs `work` once, when the call is over; at once if it is. */
  onClose(work: () => void): void;
}
