import type { RequestCancelSignal } from '../request/cancel-signal.ts';

/** A client's request, or background work, for which no client waits. */
export interface AdmittedRequest {
  readonly signal: RequestCancelSignal;
  /** Runs `work` once at the end of the request; at once if it has ended. */
  onClose(work: () => void): void;
}
