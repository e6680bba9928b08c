import { LIMITS } from './dashboard-limits.ts';
import { OVERVIEW } from './dashboard-overview.ts';
import { MODELS, OWN, quantile, rate } from './dashboard-queries.ts';

type Unit = 'short' | 'reqps' | 's' | 'percentunit' | 'currencyUSD' | 'bytes' | 'tokps' | 'dateTimeAsIso';

export interface Panel {
  title: string;
  unit: Unit;
  /** PromQL expressions, by legend. */
  queries: Record<string, string>;
  /** `stat` shows the current value; `timeseries`, the default, shows values over time. */
  kind?: 'timeseries' | 'stat';
}

export interface Dashboard {
  title: string;
  panels: readonly Panel[];
}

export const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  overview: OVERVIEW,
  models: {
    title: 'Outcrop / Models and targets',
    panels: [
      {
        title: 'Requests by model',
        unit: 'reqps',
        queries: { '{{model}}': rate('outcrop_requests_total', 'model', MODELS) },
      },
      {
        title: 'Answers by target',
        unit: 'reqps',
        queries: { '{{target}}': rate('outcrop_upstream_answers_total', 'target') },
      },
      {
        title: 'Health of targets',
        unit: 'short',
        queries: { '{{target}}': `min by (target) (outcrop_target_state{${OWN},state="healthy"})` },
      },
      {
        title: 'Failovers',
        unit: 'reqps',
        queries: { '{{target}}: {{code}}': rate('outcrop_target_failovers_total', 'target, code') },
      },
      { title: 'Retries', unit: 'reqps', queries: { '{{code}}': rate('outcrop_retries_total', 'code') } },
      {
        title: 'First event by model, 95th percentile',
        unit: 's',
        queries: { '{{model}}': quantile(0.95, 'outcrop_first_event_seconds', 'model') },
      },
      { title: 'Tokens by model', unit: 'tokps', queries: { '{{model}}': rate('outcrop_tokens_total', 'model') } },
      {
        title: 'Prompt cache: share of input tokens read',
        unit: 'percentunit',
        queries: {
          '{{model}}':
            `${rate('outcrop_tokens_total', 'model', 'kind="cache_read"')} / ` +
            rate('outcrop_tokens_total', 'model', 'kind=~"input|cache_read|cache_write"'),
        },
      },
      {
        title: 'Cost per hour',
        unit: 'currencyUSD',
        queries: { '{{model}}': `sum by (model) (increase(outcrop_cost_usd_total{${OWN}}[1h]))` },
      },
      {
        title: 'Adjusted fields',
        unit: 'reqps',
        queries: { '{{field}}': rate('outcrop_adjusted_fields_total', 'field') },
      },
      {
        title: 'Requests for retired models',
        unit: 'reqps',
        queries: { '{{from}} → {{to}}': rate('outcrop_model_redirects_total', 'from, to') },
      },
      {
        title: 'Last successful model discovery',
        unit: 'dateTimeAsIso',
        queries: { '{{pod}}': `max by (pod) (outcrop_model_discovery_last_success_timestamp_seconds{${OWN}}) * 1000` },
      },
    ],
  },
  tenants: {
    title: 'Outcrop / API keys',
    panels: [
      { title: 'Requests by key', unit: 'reqps', queries: { '{{key}}': rate('outcrop_key_requests_total', 'key') } },
      {
        title: 'Responses other than 2xx, by key',
        unit: 'reqps',
        queries: { '{{key}} {{status}}': rate('outcrop_key_requests_total', 'key, status', 'status!="2xx"') },
      },
      { title: 'Tokens by key', unit: 'tokps', queries: { '{{key}}': rate('outcrop_key_tokens_total', 'key') } },
      {
        title: 'Cost per hour, by key',
        unit: 'currencyUSD',
        queries: { '{{key}}': `sum by (key) (increase(outcrop_key_cost_usd_total{${OWN}}[1h]))` },
      },
      {
        title: 'Rejected by limits of keys and quotas',
        unit: 'reqps',
        queries: {
          '{{reason}}': `sum by (reason) (rate(outcrop_rejected_requests_total{${OWN},source=~"key|quota"}[$__rate_interval]))`,
        },
      },
      {
        title: 'Lookups in the answer cache',
        unit: 'reqps',
        queries: { '{{result}}': rate('outcrop_answer_cache_lookups_total', 'result') },
      },
    ],
  },
  streams: {
    title: 'Outcrop / Streams and latency',
    panels: [
      {
        title: 'Open streams',
        unit: 'short',
        queries: { '{{pod}}': `sum by (pod) (outcrop_in_flight_requests{${OWN},stream="true"})` },
      },
      {
        title: 'Duration of streams',
        unit: 's',
        queries: Object.fromEntries(
          [0.5, 0.95, 0.99].map((q) => [
            `p${q * 100}`,
            `histogram_quantile(${q}, ${rate('outcrop_request_duration_seconds_bucket', 'le', 'stream="true"')})`,
          ]),
        ),
      },
      {
        title: 'Duration of plain answers',
        unit: 's',
        queries: Object.fromEntries(
          [0.5, 0.95, 0.99].map((q) => [
            `p${q * 100}`,
            `histogram_quantile(${q}, ${rate('outcrop_request_duration_seconds_bucket', 'le', 'stream="false"')})`,
          ]),
        ),
      },
      {
        title: 'First event, plain and streamed, 95th percentile',
        unit: 's',
        queries: { 'streams: {{stream}}': quantile(0.95, 'outcrop_first_event_seconds', 'stream') },
      },
      {
        title: 'Longest gap within streams, by model, 95th percentile',
        unit: 's',
        queries: { '{{model}}': quantile(0.95, 'outcrop_stream_max_gap_seconds', 'model') },
      },
      {
        title: 'Time per output token, by model, median',
        unit: 's',
        queries: { '{{model}}': quantile(0.5, 'outcrop_time_per_output_token_seconds', 'model') },
      },
      {
        title: 'Event loop delay',
        unit: 's',
        queries: {
          '{{pod}} p99': `max by (pod) (nodejs_eventloop_lag_p99_seconds{${OWN}})`,
          '{{pod}} mean': `max by (pod) (nodejs_eventloop_lag_mean_seconds{${OWN}})`,
        },
      },
      {
        title: 'Garbage collection',
        unit: 'percentunit',
        queries: { '{{kind}}': rate('nodejs_gc_duration_seconds_sum', 'kind') },
      },
      { title: 'Heap', unit: 'bytes', queries: { '{{pod}}': `max by (pod) (nodejs_heap_size_used_bytes{${OWN}})` } },
      {
        title: 'Open handles',
        unit: 'short',
        queries: { '{{pod}}': `max by (pod) (nodejs_active_handles_total{${OWN}})` },
      },
    ],
  },
  limits: LIMITS,
};
