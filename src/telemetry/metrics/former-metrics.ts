import { type Metric, Registry } from 'prom-client';
import { FORMER_ADJUSTED_FIELDS } from '../../wire/adjustments/former-adjustments.ts';

type Labels = Readonly<Record<string, string | number>>;

interface Sample {
  value: number;
  labels: Labels;
  /** Of histograms: the family with `_bucket`, `_sum` or `_count`. */
  metricName?: string;
}

interface Family {
  name: string;
  help: string;
  type: unknown;
  values: Sample[];
}

/** A family of metrics under its former name. */
export interface FormerFamily {
  /** Former name. */
  name: string;
  /** Present name. */
  of: string;
  /** Returns the former samples; the same ones if absent. */
  samples?: (samples: readonly Sample[]) => Sample[];
  /** Difference besides the name, for the documentation. */
  note?: string;
}

const FORMER_REASONS: Readonly<Record<string, string>> = {
  queue_disabled: 'no_queue',
  queue_timeout: 'deadline',
  displaced_by_other_key: 'displaced',
  body_memory: 'bodies',
  key_body_memory: 'key_bodies',
};
const FORMER_LIMITS: Readonly<Record<string, string>> = { requests_per_minute: 'requests', quota_exhausted: 'quota' };
const LEVELS: Readonly<Record<string, number>> = { healthy: 1, probing: 0.5, cooldown: 0 };

/**
 * Families that have a new name. If a family keeps its name, only the new values of its labels are emitted, because
 * sums over a label would count the former ones twice.
 */
export const FORMER_FAMILIES: readonly FormerFamily[] = [
  { name: 'outcrop_served_total', of: 'outcrop_upstream_answers_total' },
  {
    name: 'outcrop_refused_total',
    of: 'outcrop_rejected_requests_total',
    samples: (samples) =>
      samples
        .filter(({ labels: { reason = '' } }) => !(reason in FORMER_LIMITS))
        .map(({ value, labels: { reason = '' } }) => ({ value, labels: { reason: FORMER_REASONS[reason] ?? reason } })),
    note: 'label `reason`: `no_queue` is `queue_disabled`, `deadline` is `queue_timeout`, `displaced` is `displaced_by_other_key`, `bodies` and `key_bodies` are `body_memory` and `key_body_memory`',
  },
  {
    name: 'outcrop_limited_total',
    of: 'outcrop_rejected_requests_total',
    samples: (samples) =>
      samples.flatMap(({ value, labels: { reason = '' } }) => {
        const limit = FORMER_LIMITS[reason];
        return limit === undefined ? [] : [{ value, labels: { limit } }];
      }),
    note: 'label `limit`: `requests` is the reason `requests_per_minute`, `quota` is `quota_exhausted`',
  },
  { name: 'outcrop_admitted_requests', of: 'outcrop_admission_in_flight' },
  { name: 'outcrop_queued_requests', of: 'outcrop_admission_queued' },
  { name: 'outcrop_queue_wait_seconds', of: 'outcrop_admission_wait_seconds' },
  { name: 'outcrop_request_body_bytes', of: 'outcrop_request_body_memory_bytes' },
  { name: 'outcrop_quota_throttles_avoided_total', of: 'outcrop_quota_rejections_total' },
  { name: 'outcrop_quota_throttled_total', of: 'outcrop_quota_unexpected_throttles_total' },
  { name: 'outcrop_quota_fill_ratio', of: 'outcrop_quota_available_ratio' },
  { name: 'outcrop_cache_total', of: 'outcrop_answer_cache_lookups_total' },
  {
    name: 'outcrop_adjusted_total',
    of: 'outcrop_adjusted_fields_total',
    samples: (samples) =>
      samples.map(({ value, labels: { field = '' } }) => ({
        value,
        labels: { field: FORMER_ADJUSTED_FIELDS[field] ?? field },
      })),
    note: 'label `field`: `tool_results.beside` is `tool_results.other_content`',
  },
  { name: 'outcrop_redirected_models_total', of: 'outcrop_model_redirects_total' },
  { name: 'outcrop_fallbacks_total', of: 'outcrop_model_fallbacks_total' },
  { name: 'outcrop_failovers_total', of: 'outcrop_target_failovers_total' },
  { name: 'outcrop_discoveries_total', of: 'outcrop_model_discovery_runs_total' },
  {
    name: 'outcrop_last_discovery_timestamp_seconds',
    of: 'outcrop_model_discovery_last_success_timestamp_seconds',
  },
  {
    name: 'outcrop_target_health',
    of: 'outcrop_target_state',
    samples: (samples) =>
      samples
        .filter(({ value }) => value === 1)
        .map(({ labels: { target = '', state = '' } }) => ({ value: LEVELS[state] ?? 0, labels: { target } })),
    note: 'value 1 is the state `healthy`, 0.5 `probing`, 0 `cooldown`',
  },
  { name: 'outcrop_config_refused', of: 'outcrop_config_rejected' },
  { name: 'outcrop_stream_gap_seconds', of: 'outcrop_stream_max_gap_seconds' },
  { name: 'outcrop_refused_connections_total', of: 'outcrop_rejected_connections_total' },
  { name: 'outcrop_schema_refused_total', of: 'outcrop_schema_rejections_total' },
];

const RENAMED = Map.groupBy(FORMER_FAMILIES, ({ of }) => of);

/** Returns all metrics in Prometheus' text format; renamed ones under both names, with the values of one reading. */
export async function renderWithFormerNames(registry: Registry): Promise<string> {
  const texts = registry.getMetricsAsArray().map(async ({ name }) => {
    const former = RENAMED.get(name);
    if (former === undefined) return `${await registry.getSingleMetricAsString(name)}\n`;
    const family = (await registry.getSingleMetric(name)!.get()) as Family;
    return textOf([family, ...former.map((one) => renamed(family, one))]);
  });
  return (await Promise.all(texts)).join('\n');
}

function renamed(family: Family, { name, of, samples }: FormerFamily): Family {
  const values = (samples?.(family.values) ?? family.values).map((sample) => {
    const { metricName } = sample;
    return metricName === undefined ? sample : { ...sample, metricName: metricName.replace(of, name) };
  });
  return { ...family, name, help: `Former name of ${of}. ${family.help}`, values };
}

/** Returns the text of families. A registry reads only the name and `get` of a metric. */
function textOf(families: readonly Family[]): Promise<string> {
  const registry = new Registry();
  for (const family of families) {
    registry.registerMetric({ name: family.name, get: () => Promise.resolve(family) } as unknown as Metric);
  }
  return registry.metrics();
}
