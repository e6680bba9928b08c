import { Counter, Gauge, type Registry } from 'prom-client';
import type { SchemaVerdict } from './worker/schema-job.ts';
import type { StopReason } from './worker/schema-thread.ts';

/** The reason why the schema worker did not begin or did not finish a job. */
export type JobRejection =
  | 'request_budget'
  | 'key_budget'
  | 'memory'
  | 'crash'
  | 'queue_full'
  | 'key_queue_full'
  | 'remembered';

export type SchemaMetrics = ReturnType<typeof createSchemaMetrics>;

/** Creates the metrics of the schema worker. `queued` is called when the metrics are read. */
export function createSchemaMetrics(registry: Registry, queued: () => number) {
  const registers = [registry];
  const waiting: Gauge = new Gauge({
    name: 'outcrop_schema_queued_jobs',
    help: 'Schemas and answers that wait for the schema worker.',
    registers,
    collect: () => waiting.set(queued()),
  });
  return {
    jobs: new Counter({
      name: 'outcrop_schema_jobs_total',
      help: 'Jobs of the schema worker, by kind (compile, check) and result.',
      labelNames: ['kind', 'result'] as const,
      registers,
    }),
    refused: new Counter({
      name: 'outcrop_schema_rejections_total',
      help: 'Schemas and checks that were refused because of their cost, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    cpuSeconds: new Counter({
      name: 'outcrop_schema_cpu_seconds_total',
      help: 'CPU time of the schema worker, including its restarts after terminated jobs.',
      registers,
    }),
  };
}

/** Returns the label of the result of a job. */
export function resultLabel(result: { verdict: SchemaVerdict } | { stopped: StopReason }): string {
  return 'verdict' in result ? result.verdict.kind : result.stopped;
}
