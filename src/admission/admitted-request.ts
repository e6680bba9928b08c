import type { RequestCancelSignal } from '../request/cancel-signal.ts';
import type { RequestReport } from '../request/request-context.ts';

/** A client's request, or background work, for which no client waits. */
export interface AdmittedRequest {
  readonly signal: RequestCancelSignal;
  readonly report: Pick<RequestReport, 'delaySource' | 'queuedMs'>;
  /** Runs `work` once at the end of the request; at once if it has ended. */
  onClose(work: () => void): void;
}
