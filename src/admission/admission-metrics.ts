import { Gauge, Histogram, type Registry } from 'prom-client';

const WAIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Reason for rejecting a request or its body. */
export type RejectionReason =
  | 'queue_disabled'
  | 'queue_full'
  | 'key_queue_full'
  | 'queue_timeout'
  | 'key_limit'
  | 'displaced_by_other_key'
  | 'uploads'
  | 'key_uploads'
  | 'body_memory'
  | 'key_body_memory';

/** Current values, read at each scrape. */
export interface AdmissionState {
  inFlight: number;
  limit: number;
  queued: number;
  loopDelayMs: number;
  bodyBytes: number;
  uploads: number;
  queuedUploads: number;
}

export type AdmissionMetrics = ReturnType<typeof createAdmissionMetrics>;

/** Registers the metrics of the admission. Calls `state` at each scrape. */
export function createAdmissionMetrics(registry: Registry, state: () => AdmissionState) {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (state: AdmissionState) => number): void => {
    const made: Gauge = new Gauge({
      name: `outcrop_${name}`,
      help,
      registers,
      collect: () => made.set(read(state())),
    });
  };
  gauge('admission_in_flight', 'Model requests that have an admission slot.', ({ inFlight }) => inFlight);
  gauge(
    'admission_limit',
    'Current number of admission slots; less than overload.maxInFlight while the event loop is late.',
    ({ limit }) => limit,
  );
  gauge('admission_queued', 'Model requests that wait for an admission slot.', ({ queued }) => queued);
  gauge(
    'event_loop_delay_seconds',
    'Mean delay of the event loop over half a second.',
    ({ loopDelayMs }) => loopDelayMs / 1000,
  );
  gauge(
    'request_body_memory_bytes',
    'Bytes of the body budget in use: bodies that arrive or are reserved, decompressors, and bodies of running requests.',
    ({ bodyBytes }) => bodyBytes,
  );
  gauge('uploads', 'Request bodies that are arriving.', ({ uploads }) => uploads);
  gauge('queued_uploads', 'Requests that wait for an upload slot.', ({ queuedUploads }) => queuedUploads);
  return {
    waited: new Histogram({
      name: 'outcrop_admission_wait_seconds',
      help: 'Time that requests waited for an admission slot, without requests that did not wait.',
      buckets: WAIT_BUCKETS,
      registers,
    }),
  };
}
