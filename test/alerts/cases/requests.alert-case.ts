import type { AlertCase } from '../alert-case.ts';
import { startTraffic } from '../traffic.ts';

const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];
const NO_RETRIES = { maxRetries: 0 };
/** A schema of this many properties costs more than the budget of a request. */
const PROPERTIES = 2_000;

let schemas = 0;

/** Returns a request with a costly schema that no request has had before. */
function costlyRequest(): object {
  schemas += 1;
  const properties = Object.fromEntries(
    Array.from({ length: PROPERTIES }, (_, index) => [`p${index}`, { type: 'string', minLength: 1 }]),
  );
  const schema = { title: `schema ${schemas}`, type: 'object', properties };
  return { response_format: { type: 'json_schema', json_schema: { name: 'costly', schema } } };
}

/** Conditions that requests cause or see. */
export const cases: readonly AlertCase[] = [
  {
    name: 'failures',
    condition: 'Bedrock rejects plain requests with 503, and breaks off streams after their first event',
    alerts: { OutcropAvailabilityFastBurn: {}, OutcropAvailabilitySlowBurn: {} },
    recorded: [
      ...WINDOWS.map((window) => `outcrop:unavailability:ratio_rate${window}{namespace="failures"} > 0.0144`),
      'outcrop:unavailability_by_source:ratio_rate5m{namespace="failures",source="upstream"} > 0.0144',
      'outcrop:failures:rate5m{namespace="failures",source="upstream"} > 0',
      'outcrop:availability_budget_left:ratio3d{namespace="failures"} < 0',
    ],
    settings: () => ({ retry: NO_RETRIES }),
    provoke({ emulator, gateway }) {
      emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', operation: 'converse' });
      emulator.behave({ kind: 'truncate', afterDeltas: 1, operation: 'converse-stream' });
      const stop = startTraffic(gateway.origin, { body: () => ({ stream: true }) });
      return () => {
        emulator.reset();
        stop();
      };
    },
  },
  {
    name: 'throttling',
    condition: 'Bedrock throttles all requests',
    alerts: { OutcropThrottled: {} },
    settings: () => ({ retry: NO_RETRIES }),
    provoke({ emulator }) {
      emulator.behave({ kind: 'throttle' });
      return () => emulator.reset();
    },
  },
  {
    name: 'target',
    condition: 'Bedrock rejects all requests in one of two regions',
    alerts: { OutcropTargetDown: { target: 'us-east-1/us.anthropic.claude-haiku-4-5-20251001-v1:0' } },
    settings: ({ emulator }) => ({
      bedrock: { endpoint: emulator.url, targets: [{ region: 'us-east-1' }, { region: 'eu-central-1' }] },
    }),
    provoke({ emulator }) {
      emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', match: 'us.' });
      return () => emulator.reset();
    },
  },
  {
    name: 'added-latency',
    condition: 'eight clients share one admission slot, so that requests wait',
    alerts: { OutcropAddedLatencyFastBurn: {}, OutcropAddedLatencySlowBurn: {} },
    recorded: [
      ...WINDOWS.map((window) => `outcrop:added_latency:ratio_rate${window}{namespace="added-latency"} > 0.144`),
      'outcrop:added_first_event_seconds:p95_5m{namespace="added-latency",source="gateway"} > 0.5',
      'outcrop:added_latency_budget_left:ratio3d{namespace="added-latency"} < 0',
    ],
    settings: () => ({ overload: { maxInFlight: 1, maxInFlightPerKey: 0 } }),
    provoke({ emulator, gateway }) {
      emulator.behave({ kind: 'slow', ms: 200 });
      const stop = startTraffic(gateway.origin, { clients: 8 });
      return () => {
        emulator.reset();
        stop();
      };
    },
  },
  {
    name: 'schemas',
    condition: 'each second, a request has a schema that costs more than the CPU budget of a request',
    alerts: { OutcropSchemaBudgetSpent: {} },
    settings: () => ({ structured: { cpuMsPerRequest: 10 } }),
    provoke: ({ gateway }) => startTraffic(gateway.origin, { everyMs: 1_000, body: costlyRequest }),
  },
];
