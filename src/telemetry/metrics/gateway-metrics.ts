import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BoundedLabel } from './bounded-label.ts';
import type { ActiveRequests } from './active-requests.ts';

/** Seconds; from answers out of the cache to long reasoning. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640];
const GAP_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80];
const PER_TOKEN_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1];
const FIRST_EVENT_BUCKETS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 20, 40, 80, 160];

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

/** All metrics by name; the labels are the contract that dashboards rely on. */
export function createGatewayMetrics(registry: Registry, open: ActiveRequests) {
  const registers = [registry];
  inFlight(registry, open);
  return {
    ...counters(registers),
    duration: new Histogram({
      name: 'outcrop_request_duration_seconds',
      help: 'From arrival to the last byte of the answer.',
      labelNames: ['route', 'stream'],
      buckets: DURATION_BUCKETS,
      registers,
    }),
    firstEvent: new Histogram({
      name: 'outcrop_first_event_seconds',
      help: 'From arrival to the first event of Bedrock.',
      labelNames: ['model', 'stream'],
      buckets: FIRST_EVENT_BUCKETS,
      registers,
    }),
    gap: new Histogram({
      name: 'outcrop_stream_max_gap_seconds',
      help: 'The longest silence of each streamed answer after its first event.',
      labelNames: ['model'],
      buckets: GAP_BUCKETS,
      registers,
    }),
    perToken: new Histogram({
      name: 'outcrop_time_per_output_token_seconds',
      help: 'Time of a streamed answer after its first event, for each token of output but one.',
      labelNames: ['model'],
      buckets: PER_TOKEN_BUCKETS,
      registers,
    }),
    discovered: timestamp(
      registry,
      'model_discovery_last_success',
      'When the discovery of the models of the account last succeeded.',
    ),
    certificateEnds: timestamp(registry, 'tls_certificate_expiry', 'When the certificate of server.tls ends.'),
    draining: new Gauge({
      name: 'outcrop_draining',
      help: '1 once this process was told to stop and lets its requests finish.',
      registers,
    }),
    buildInfo: new Gauge({
      name: 'outcrop_build_info',
      help: 'Always 1; its labels tell what runs.',
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
    errors: counter('errors_total', 'Failures that clients were told, in answers and in begun streams.', [
      'route',
      'code',
    ]),
    upstreamAnswers: counter('upstream_answers_total', 'Requests that Bedrock answered, by target.', [
      'model',
      'target',
    ]),
    tokens: counter('tokens_total', 'Tokens as Bedrock counts them.', ['model', 'kind']),
    estimatedTokens: counter('estimated_tokens_total', 'The estimated part of outcrop_tokens_total.', [
      'model',
      'kind',
    ]),
    cost: counter('cost_usd_total', 'What answered requests cost at list prices; models without one are left out.', [
      'model',
    ]),
    retries: counter('retries_total', 'Attempts repeated, by the failure that caused them.', ['code']),
    failovers: counter('target_failovers_total', 'Targets left for another one, by the failure that caused it.', [
      'model',
      'target',
      'code',
    ]),
    fallbacks: counter(
      'model_fallbacks_total',
      'Requests that another model answered, by the failure of the one asked for.',
      ['from', 'to', 'code'],
    ),
    adjusted: counter('adjusted_fields_total', 'Request fields that were adapted to the model.', ['field']),
    redirected: counter('model_redirects_total', 'Requests for a retired model that its successor answered.', [
      'from',
      'to',
    ]),
    rejected: counter(
      'rejected_requests_total',
      'Requests that a limit or an overload rejected, by the owner of the limit (key, quota, gateway) and the reason.',
      ['source', 'reason'],
    ),
    cache: counter('answer_cache_lookups_total', 'Requests that looked into the answer cache.', ['result']),
    discoveries: counter('model_discovery_runs_total', 'Runs of the discovery of models.', ['result']),
  };
}

/** Absent until it is known: a gauge that starts at 0 would look very old. */
function timestamp(registry: Registry, name: string, help: string): Gauge {
  const gauge = new Gauge({ name: `outcrop_${name}_timestamp_seconds`, help, registers: [registry] });
  gauge.remove();
  return gauge;
}

/** State of a target: it answers, its cool-down is over and the next request probes it, or it is in cool-down. */
export type TargetHealthState = 'healthy' | 'probing' | 'cooldown';

const TARGET_STATES: readonly TargetHealthState[] = ['healthy', 'probing', 'cooldown'];

/** Registers the states of targets that are one of several; those of routes without a choice are not watched. */
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
    help: 'Requests that are being answered.',
    labelNames: ['stream'],
    registers: [registry],
    // Whether a request streams is known only after its body was read: hence counted here, not on arrival.
    collect() {
      let streams = 0;
      for (const context of open) if (context.report.stream) streams += 1;
      gauge.set({ stream: 'true' }, streams);
      gauge.set({ stream: 'false' }, open.size - streams);
    },
  });
}
