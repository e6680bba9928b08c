import type { Dashboard } from './dashboard-panels.ts';
import { OWN, quantile, rate } from './dashboard-queries.ts';

/** Quotas of Bedrock, overload protection, schema validation and configuration. */
export const LIMITS: Dashboard = {
  title: 'Outcrop / Quotas, overload, configuration',
  panels: [
    {
      title: 'Available share of each quota',
      unit: 'percentunit',
      queries: { '{{bucket}}': `min by (bucket) (outcrop_quota_fill_ratio{${OWN}})` },
    },
    {
      title: 'Throttled by Bedrock, by quota',
      unit: 'reqps',
      queries: { '{{bucket}}': rate('outcrop_quota_throttled_total', 'bucket') },
    },
    {
      title: 'Throttles avoided, by quota',
      unit: 'reqps',
      queries: { '{{bucket}}': rate('outcrop_quota_throttles_avoided_total', 'bucket') },
    },
    {
      title: 'Wait for a quota, 95th percentile',
      unit: 's',
      queries: { '{{outcome}}': quantile(0.95, 'outcrop_quota_wait_seconds', 'outcome') },
    },
    {
      title: 'Places: taken, waited for, all',
      unit: 'short',
      queries: {
        taken: `sum(outcrop_admitted_requests{${OWN}})`,
        'waited for': `sum(outcrop_queued_requests{${OWN}})`,
        all: `sum(outcrop_admission_limit{${OWN}})`,
      },
    },
    {
      title: 'Wait for admission, 95th percentile',
      unit: 's',
      queries: { p95: quantile(0.95, 'outcrop_queue_wait_seconds', '') },
    },
    { title: 'Refused, by reason', unit: 'reqps', queries: { '{{reason}}': rate('outcrop_refused_total', 'reason') } },
    {
      title: 'Request bodies in memory',
      unit: 'bytes',
      queries: { '{{pod}}': `max by (pod) (outcrop_request_body_bytes{${OWN}})` },
    },
    {
      title: 'CPU time of the schema worker',
      unit: 'percentunit',
      queries: { '{{pod}}': `sum by (pod) (rate(outcrop_schema_cpu_seconds_total{${OWN}}[$__rate_interval]))` },
    },
    {
      title: 'Rejected schemas and validations, by reason',
      unit: 'reqps',
      queries: { '{{reason}}': rate('outcrop_schema_refused_total', 'reason') },
    },
    {
      title: 'Configuration generation',
      unit: 'short',
      queries: { '{{pod}}': `max by (pod) (outcrop_config_generation{${OWN}})` },
    },
    {
      title: 'Configuration refused, or waiting for a restart',
      unit: 'short',
      queries: {
        '{{pod}} refused': `max by (pod) (outcrop_config_refused{${OWN}})`,
        '{{pod}} waiting': `max by (pod) (outcrop_config_restart_pending{${OWN}})`,
      },
    },
  ],
};
