import type { Dashboard } from './dashboard-panels.ts';
import { OWN, quantile, rate } from './dashboard-queries.ts';

/** Quotas of Bedrock, overload protection, schema validation and configuration. */
export const LIMITS: Dashboard = {
  title: 'Outcrop / Quotas, overload, configuration',
  panels: [
    {
      title: 'Available share of each quota',
      unit: 'percentunit',
      queries: { '{{bucket}}': `min by (bucket) (outcrop_quota_available_ratio{${OWN}})` },
    },
    {
      title: 'Throttled by Bedrock, by quota',
      unit: 'reqps',
      queries: { '{{bucket}}': rate('outcrop_quota_unexpected_throttles_total', 'bucket') },
    },
    {
      title: 'Throttles avoided, by quota',
      unit: 'reqps',
      queries: { '{{bucket}}': rate('outcrop_quota_rejections_total', 'bucket') },
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
        taken: `sum(outcrop_admission_in_flight{${OWN}})`,
        'waited for': `sum(outcrop_admission_queued{${OWN}})`,
        all: `sum(outcrop_admission_limit{${OWN}})`,
      },
    },
    {
      title: 'Wait for admission, 95th percentile',
      unit: 's',
      queries: { p95: quantile(0.95, 'outcrop_admission_wait_seconds', '') },
    },
    {
      title: 'Rejected, by source and reason',
      unit: 'reqps',
      queries: { '{{source}} {{reason}}': rate('outcrop_rejected_requests_total', 'source, reason') },
    },
    {
      title: 'Request bodies in memory',
      unit: 'bytes',
      queries: { '{{pod}}': `max by (pod) (outcrop_request_body_memory_bytes{${OWN}})` },
    },
    {
      title: 'CPU time of the schema worker',
      unit: 'percentunit',
      queries: { '{{pod}}': `sum by (pod) (rate(outcrop_schema_cpu_seconds_total{${OWN}}[$__rate_interval]))` },
    },
    {
      title: 'Rejected schemas and validations, by reason',
      unit: 'reqps',
      queries: { '{{reason}}': rate('outcrop_schema_rejections_total', 'reason') },
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
        '{{pod}} refused': `max by (pod) (outcrop_config_rejected{${OWN}})`,
        '{{pod}} waiting': `max by (pod) (outcrop_config_restart_pending{${OWN}})`,
      },
    },
  ],
};
