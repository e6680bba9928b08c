import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BoundedLabel } from './bounded-label.ts';
import { ADDED_SECONDS_BUCKETS } from './added-latency.ts';
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
    ...histograms(registers),
    discovered: timestamp(
      registry,
      'model_discovery_last_success',
      'Time at which the discovery of models last succeeded.',
    ),
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

function histograms(registers: Registry[]) {
  return {
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
    added: new Histogram({
      name: 'outcrop_added_first_event_seconds',
      help: 'Part of outcrop_first_event_seconds that neither the upload of the body nor open calls of Bedrock took, by its main cause.',
      labelNames: ['source'],
      buckets: ADDED_SECONDS_BUCKETS,
      registers,
    }),
    gap: new Histogram({
      name: 'outcrop_stream_max_gap_seconds',
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
  };
}

function counters(registers: Registry[]) {
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `outcrop_${name}`, help, labelNames, registers });
  return {
    requests: counter('requests_total', 'Finished requests.', ['route', 'model', 'status']),
    errors: counter(
      'errors_total',
      'Failures that clients received, in responses and in streams, by their source in the register of error codes.',
      ['route', 'code', 'source', 'status'],
    ),
    upstreamAnswers: counter('upstream_answers_total', 'Requests that Bedrock answered, by target.', [
      'model',
      'target',
    ]),
    tokens: counter('tokens_total', 'Tokens as Bedrock counts them.', ['model', 'kind']),
    estimatedTokens: counter('estimated_tokens_total', 'The estimated part of outcrop_tokens_total.', [
      'model',
      'kind',
    ]),
    cost: counter(
      'cost_usd_total',
      'Cost of answered requests at list prices, and at prices.unknown for models without a known price.',
      ['model'],
    ),
    unknownPriceCost: counter(
      'unknown_price_cost_usd_total',
      'The part of outcrop_cost_usd_total whose price is estimated by prices.unknown.',
      ['model'],
    ),
    contractCost: counter(
      'contract_cost_usd_total',
      'Cost of the requests to which a contract price applies, at contract prices.',
      ['model'],
    ),
    retries: counter('retries_total', 'Repeated attempts, by the failure that caused them.', ['code']),
    failovers: counter('target_failovers_total', 'Failovers to another target, by the failed target and its failure.', [
      'model',
      'target',
      'code',
    ]),
    fallbacks: counter(
      'model_fallbacks_total',
      'Requests that a fallback model answered, by the failure of the requested model.',
      ['from', 'to', 'code'],
    ),
    adjusted: counter('adjusted_fields_total', 'Request fields that the gateway adapted to the model.', ['field']),
    redirected: counter('model_redirects_total', 'Requests for a retired model that its successor answered.', [
      'from',
      'to',
    ]),
    rejected: counter(
      'rejected_requests_total',
      'Requests that a limit or an overload rejected, by the owner of the limit (key, quota, gateway) and the reason.',
      ['source', 'reason'],
    ),
    cache: counter('answer_cache_lookups_total', 'Requests that read the answer cache.', ['result']),
    discoveries: counter('model_discovery_runs_total', 'Runs of the discovery of models.', ['result']),
  };
}

/** Creates a gauge without a value, because a time of 0 would look like an old event. */
function timestamp(registry: Registry, name: string, help: string): Gauge {
  const gauge = new Gauge({ name: `outcrop_${name}_timestamp_seconds`, help, registers: [registry] });
  gauge.remove();
  return gauge;
}

/** State of a target: it answers, its cool-down is over and the next request probes it, or it is in cool-down. */
export type TargetHealthState = 'healthy' | 'probing' | 'cooldown';

const TARGET_STATES: readonly TargetHealthState[] = ['healthy', 'probing', 'cooldown'];

/** Registers the states of targets, except those of routes with a single target. */
export function registerTargetStates(
  registry: Registry,
  states: () => Iterable<[target: string, state: TargetHealthState]>,
  labels: BoundedLabel,
): void {
  const gauge: Gauge<'target' | 'state'> = new Gauge({
    name: 'outcrop_target_state',
    help: '1 for the state of the target: healthy; cooldown, it gets no requests for a while; probing, the next request tests it.',
    labelNames: ['target', 'state'],
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [target, current] of states()) {
        if (!labels.has(target)) continue;
        for (const state of TARGET_STATES) gauge.set({ target, state }, state === current ? 1 : 0);
      }
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
