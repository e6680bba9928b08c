import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { FairQueue } from '../../admission/fair-queue.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { CpuAllowance } from './cpu-allowance.ts';
import { createSchemaMetrics, type JobRejection, resultLabel, type SchemaMetrics } from './schema-metrics.ts';
import type { SchemaJob, SchemaVerdict } from './worker/schema-job.ts';
import { type JobResult, SchemaThread } from './worker/schema-thread.ts';

/** The result of a job, or the reason why there is none. */
export type JobOutcome = { verdict: SchemaVerdict } | { rejected: JobRejection };

/** The part of a request context that a job needs. */
export type JobCall = Pick<RequestContext, 'caller' | 'report' | 'signal'>;

interface Waiting {
  job: SchemaJob;
  context: JobCall;
  done: (outcome: JobOutcome) => void;
}

/**
 * Passes jobs to the schema worker, one API key after another, within two budgets of CPU time: that of the request and that of
 * the key. The worker starts with the first job.
 */
@Injectable()
export class SchemaJobs implements OnApplicationShutdown {
  private readonly logger = new Logger('schemas');
  private readonly thread = new SchemaThread();
  private readonly queue = new FairQueue<Waiting>();
  private readonly allowance: CpuAllowance;
  private readonly meters: SchemaMetrics;
  private isBusy = false;

  constructor(
    private readonly config: GatewayConfig,
    metrics: MetricsService,
  ) {
    this.allowance = new CpuAllowance(() => config.structured.cpuMsPerMinutePerKey);
    this.meters = createSchemaMetrics(metrics.registry, () => this.queue.size);
  }

  onApplicationShutdown(): Promise<void> {
    return this.thread.end();
  }

  /** Resolves when the job has ended or is rejected. Rejects with the reason of the signal if it is aborted meanwhile. */
  run(job: SchemaJob, context: JobCall): Promise<JobOutcome> {
    const full = this.queueFullReason(job);
    if (full) return Promise.resolve(this.rejection(full));
    const { signal } = context;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const waiting: Waiting = {
        job,
        context,
        done: (outcome) => {
          signal.removeEventListener('abort', gone);
          resolve(outcome);
        },
      };
      const gone = (): void => {
        if (this.queue.remove(job.owner, waiting)) reject(signal.reason);
      };
      signal.addEventListener('abort', gone);
      this.queue.add(job.owner, waiting);
      this.next();
    });
  }

  /** Counts a schema that is rejected because an earlier rejection is remembered. */
  remembered(): void {
    this.meters.refused.inc({ reason: 'remembered' });
  }

  /** Returns the seconds until the key may spend CPU time again. */
  secondsUntilMore(owner: string): number {
    return this.allowance.secondsUntilMore(owner);
  }

  private queueFullReason({ owner }: SchemaJob): JobRejection | undefined {
    const { maxQueued, maxQueuedPerKey } = this.config.structured;
    if (this.queue.sizeOf(owner) >= maxQueuedPerKey) return 'key_queue_full';
    return this.queue.size >= maxQueued ? 'queue_full' : undefined;
  }

  private next(): void {
    while (!this.isBusy) {
      const waiting = this.queue.next(() => true);
      if (!waiting) return;
      const spent = this.cpuSpentReason(waiting);
      if (spent) waiting.done(this.rejection(spent));
      else void this.work(waiting);
    }
  }

  /**
   * Returns the exhausted budget. The check of an answer can exceed the key's budget by the budget of a minute, because
   * Bedrock has already billed the answer.
   */
  private cpuSpentReason({ job: { owner, answer }, context }: Waiting): JobRejection | undefined {
    const overdraft = answer === undefined ? 0 : this.config.structured.cpuMsPerMinutePerKey;
    if (this.allowance.leftMs(owner) + overdraft <= 0) return 'key_budget';
    return this.leftOf(context) <= 0 ? 'request_budget' : undefined;
  }

  private leftOf({ report }: JobCall): number {
    return this.config.structured.cpuMsPerRequest - (report.schemaCpuMs ?? 0);
  }

  private async work(waiting: Waiting): Promise<void> {
    const { job, context } = waiting;
    this.isBusy = true;
    const result = await this.thread.run(job, this.leftOf(context));
    this.isBusy = false;
    const cpuMs = costOf(result);
    context.report.schemaCpuMs = (context.report.schemaCpuMs ?? 0) + cpuMs;
    this.allowance.spend(job.owner, cpuMs);
    this.meters.cpuSeconds.inc(cpuMs / 1_000);
    this.meters.jobs.inc({ kind: job.answer === undefined ? 'compile' : 'check', result: resultLabel(result) });
    waiting.done(this.outcomeOf(result, context));
    this.next();
  }

  private outcomeOf(result: JobResult, { caller }: JobCall): JobOutcome {
    if ('verdict' in result) return result;
    const { stopped, error, cpuMs, restartCpuMs } = result;
    this.logger.warn({
      event: 'schema_worker_ended',
      reason: stopped,
      key: caller?.name,
      cpuMs,
      restartCpuMs,
      err: error,
    });
    return this.rejection(stopped === 'cpu' ? 'request_budget' : stopped);
  }

  private rejection(reason: JobRejection): JobOutcome {
    this.meters.refused.inc({ reason });
    return { rejected: reason };
  }
}

/** Returns the CPU time of a job in milliseconds, with that of the next start of the worker if the job ended it. */
function costOf(result: JobResult): number {
  return 'verdict' in result ? result.cpuMs : result.cpuMs + result.restartCpuMs;
}
