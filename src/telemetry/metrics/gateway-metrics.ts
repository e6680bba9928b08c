import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BoundedLabel } from './bounded-label.ts';
import type { ActiveRequests } from './active-requests.ts';

/** Seconds, from cached answers to long reasoning. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640];
const GAP_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80];
const PER_TOKEN_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1];
const FIRST_EVENT_BUCKETS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 40, 80, 160];

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

/** Creates all metrics. Dashboards rely on their names and labels. */
export function createGatewayMetrics(registry: Registry, open: ActiveRequests) {
  const registers = [registry];
  inFlight(registry, open);
  return {
    ...counters(registers),
    duration: new Histogram({
      name: 'outcrop_request_duration_seconds',
      help: 'Time from the arrival of a request to the last byte of its response.',
      labelNames: ['route', 'stream'],
      buckets: DURATION_BUCKETS,
      registers,
    }),
    firstEvent: new Histogram({
      name: 'outcrop_first_event_seconds',
      help: 'Time from the arrival of a request to the first event of Bedrock.',
      labelNames: ['model', 'stream'],
      buckets: FIRST_EVENT_BUCKETS,
      registers,
    }),
    gap: new Histogram({
      name: 'outcrop_stream_gap_seconds',
      help: 'Longest silence of each streamed answer after its first event.',
      labelNames: ['model'],
      buckets: GAP_BUCKETS,
      registers,
    }),
    perToken: new Histogram({
      name: 'outcrop_time_per_output_token_seconds',
      help: 'Time of a streamed answer after its first event, for each output token except one.',
      labelNames: ['model'],
      buckets: PER_TOKEN_BUCKETS,
      registers,
    }),
    discovered: timestamp(registry, 'last_discovery', 'Time at which AWS last listed the models of the account.'),
    certificateEnds: timestamp(
      registry,
      'tls_certificate_expiry',
      'Time at which the certificate of server.tls expires.',
    ),
    draining: new Gauge({
      name: 'outcrop_draining',
      help: '1 while this process shuts down and finishes its requests.',
      registers,
    }),
    buildInfo: new Gauge({
      name: 'outcrop_build_info',
      help: 'Always 1. The labels have the versions of the gateway and of Node.',
      labelNames: ['version', 'node'],
      registers,
    }),
  };
}

function counters(registers: Registry[]) {
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `outcrop_${name}`, help, labelNames, registers });
  return {
    requests: counter('requests_total', 'Finished requests.', ['route', 'model', 'status']),
    errors: counter('errors_total', 'Failures that clients received, in responses and in streams.', ['route', 'code']),
    served: counter('served_total', 'Requests that Bedrock answered, by target.', ['model', 'target']),
    tokens: counter('tokens_total', 'Tokens as Bedrock counts them.', ['model', 'kind']),
    estimatedTokens: counter('estimated_tokens_total', 'The estimated part of outcrop_tokens_total.', [
      'model',
      'kind',
    ]),
    cost: counter(
      'cost_usd_total',
      'Cost of answered requests at list prices, without models whose price is unknown.',
      ['model'],
    ),
    retries: counter('retries_total', 'Repeated attempts, by the failure that caused them.', ['code']),
    failovers: counter('failovers_total', 'Failovers to another target, by the failed target and its failure.', [
      'model',
      'target',
      'code',
    ]),
    fallbacks: counter(
      'fallbacks_total',
      'Requests that a fallback model answered, by the failure of the requested model.',
      ['from', 'to', 'code'],
    ),
    adjusted: counter('adjusted_total', 'Request fields that the gateway adapted to the model.', ['field']),
    redirected: counter('redirected_models_total', 'Requests for a retired model that its successor answered.', [
      'from',
      'to',
    ]),
    limited: counter('limited_total', 'Requests rejected by a limit.', ['limit']),
    cache: counter('cache_total', 'Requests that read the answer cache.', ['result']),
    discoveries: counter('discoveries_total', 'Requests to AWS for the models of the account.', ['result']),
  };
}

/** Creates a gauge without a value, because a time of 0 would look like an old event. */
function timestamp(registry: Registry, name: string, help: string): Gauge {
  const gauge = new Gauge({ name: `outcrop_${name}_timestamp_seconds`, help, registers: [registry] });
  gauge.remove();
  return gauge;
}

/** Registers the health of targets, except those of routes with a single target. */
export function registerTargetHealth(
  registry: Registry,
  levels: () => Iterable<[target: string, level: number]>,
  labels: BoundedLabel,
): void {
  const gauge: Gauge<'target'> = new Gauge({
    name: 'outcrop_target_health',
    help: '1: healthy; 0: in cool-down; 0.5: cool-down over, next request is a probe.',
    labelNames: ['target'],
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [target, level] of levels()) if (labels.has(target)) gauge.set({ target }, level);
    },
  });
}

function inFlight(registry: Registry, open: ActiveRequests): void {
  const gauge: Gauge<'stream'> = new Gauge({
    name: 'outcrop_in_flight_requests',
    help: 'Requests in progress.',
    labelNames: ['stream'],
    registers: [registry],
    // Counted at the scrape instead of at the arrival, because only the body shows whether a request streams.
    collect() {
      let streams = 0;
      for (const context of open) if (context.report.stream) streams += 1;
      gauge.set({ stream: 'true' }, streams);
      gauge.set({ stream: 'false' }, open.size - streams);
    },
  });
}
