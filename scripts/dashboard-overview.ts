import type { Dashboard } from './dashboard-panels.ts';
import { MODELS, OWN, quantile, rate, ratio } from './dashboard-queries.ts';

/** Requests, failures, objectives and the processes. */
export const OVERVIEW: Dashboard = {
  title: 'Outcrop / Overview',
  panels: [
    { title: 'Requests', unit: 'reqps', kind: 'stat', queries: { '': rate('outcrop_requests_total', '', MODELS) } },
    { title: 'Responses with 5xx', unit: 'percentunit', kind: 'stat', queries: { '': ratio('status=~"5.."') } },
    { title: 'Responses with 429', unit: 'percentunit', kind: 'stat', queries: { '': ratio('status="429"') } },
    {
      title: 'Cost, last hour',
      unit: 'currencyUSD',
      kind: 'stat',
      queries: { '': `sum(increase(outcrop_cost_usd_total{${OWN}}[1h]))` },
    },
    {
      title: 'Requests by status',
      unit: 'reqps',
      queries: { '{{status}}': rate('outcrop_requests_total', 'status', MODELS) },
    },
    { title: 'Failures by code', unit: 'reqps', queries: { '{{code}}': rate('outcrop_errors_total', 'code') } },
    {
      title: 'Error budget of 3 days that is left, as prometheusRule records it',
      unit: 'percentunit',
      queries: {
        availability: 'min(outcrop:availability_budget_left:ratio3d{namespace=~"$namespace"})',
        'time added to the first event': 'min(outcrop:added_latency_budget_left:ratio3d{namespace=~"$namespace"})',
      },
    },
    {
      title: 'Time added to the first event, 95th percentile by cause',
      unit: 's',
      queries: { '{{source}}': quantile(0.95, 'outcrop_added_first_event_seconds', 'source') },
    },
    {
      title: 'Requests in flight',
      unit: 'short',
      queries: { 'streams: {{stream}}': `sum by (stream) (outcrop_in_flight_requests{${OWN}})` },
    },
    {
      title: 'Time to the first event',
      unit: 's',
      queries: {
        p50: quantile(0.5, 'outcrop_first_event_seconds', ''),
        p95: quantile(0.95, 'outcrop_first_event_seconds', ''),
        p99: quantile(0.99, 'outcrop_first_event_seconds', ''),
      },
    },
    { title: 'Tokens', unit: 'tokps', queries: { '{{kind}}': rate('outcrop_tokens_total', 'kind') } },
    {
      title: 'Event loop delay, 99th percentile',
      unit: 's',
      queries: { '{{pod}}': `max by (pod) (nodejs_eventloop_lag_p99_seconds{${OWN}})` },
    },
    {
      title: 'Memory',
      unit: 'bytes',
      queries: { '{{pod}}': `max by (pod) (process_resident_memory_bytes{${OWN}})` },
    },
    { title: 'CPU', unit: 'short', queries: { '{{pod}}': rate('process_cpu_seconds_total', 'pod') } },
    {
      title: 'Versions',
      unit: 'short',
      queries: { '{{version}}': `count by (version) (outcrop_build_info{${OWN}})` },
    },
    {
      title: 'Redis unavailable',
      unit: 'short',
      queries: { '{{pod}}': `max by (pod) (outcrop_redis_state{${OWN},state="unavailable"})` },
    },
    {
      title: 'Redis commands, 99th percentile',
      unit: 's',
      queries: { '{{use}}': quantile(0.99, 'outcrop_redis_command_seconds', 'use') },
    },
    {
      title: 'Redis: failed commands and lost connections',
      unit: 'reqps',
      queries: {
        'commands: {{reason}}': rate('outcrop_redis_failures_total', 'reason'),
        connections: rate('outcrop_redis_connections_total', '', 'result="lost"'),
      },
    },
    {
      title: 'Database of teams and keys unavailable',
      unit: 'short',
      queries: { '{{pod}}': `1 - min by (pod) (outcrop_database_available{${OWN}})` },
    },
    {
      title: 'Age and lag of teams and keys',
      unit: 's',
      queries: {
        'age: {{pod}}': `max by (pod) (outcrop_governance_snapshot_age_seconds{${OWN}})`,
        'lag: {{pod}}': `max by (pod) (outcrop_governance_snapshot_lag_seconds{${OWN}})`,
      },
    },
    {
      title: 'Database statements, 99th percentile',
      unit: 's',
      queries: { '{{operation}}': quantile(0.99, 'outcrop_database_seconds', 'operation') },
    },
    {
      title: 'Ledger: rows',
      unit: 'reqps',
      queries: {
        '{{outcome}}': rate('outcrop_ledger_rows_total', 'outcome'),
        'lost: {{reason}}': rate('outcrop_ledger_rows_lost_total', 'reason'),
      },
    },
    {
      title: 'Ledger: time without all rows in the database',
      unit: 's',
      queries: { '{{pod}}': `max by (pod) (outcrop_ledger_lag_seconds{${OWN}})` },
    },
    {
      title: 'Ledger: share of the journal in use',
      unit: 'percentunit',
      queries: {
        '{{pod}}': `max by (pod) (outcrop_ledger_journal_bytes{${OWN}} / outcrop_ledger_journal_limit_bytes{${OWN}})`,
      },
    },
    {
      title: 'Ledger: rows in quarantine',
      unit: 'short',
      queries: { rows: `max(outcrop_ledger_quarantine_rows{${OWN}})` },
    },
    {
      title: 'Ledger: transactions of rows, 99th percentile',
      unit: 's',
      queries: { '{{pod}}': quantile(0.99, 'outcrop_ledger_write_seconds', 'pod') },
    },
    { title: 'Draining', unit: 'short', queries: { '{{pod}}': `max by (pod) (outcrop_draining{${OWN}})` } },
  ],
};
