import { Logger } from '@nestjs/common';
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../errors/described-error.ts';
import { type PreparationRequest, prepareBatch, type PreparedBatch } from './prepared-batch.ts';

/** Files of the worker. In tests, it is the source, whose types Node strips; in production, the built file. */
const PREPARATION_WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './preparation-worker.ts' : './preparation-worker.js',
  import.meta.url,
);
/** Rows up to which the main thread prepares a batch itself, so that a gateway with few requests starts no thread. */
const MAX_OWN_ROWS = 50;
const MAX_YOUNG_MB = 8;

/** Prepares batches in a thread, because parsing rows and adding their sums would make requests wait. */
export class BatchPreparer {
  private readonly logger = new Logger('ledger');
  private readonly file: URL;
  private thread?: Worker;
  private running?: (result: PreparedBatch | undefined) => void;
  private hasFailed = false;

  /** `file` is the worker. */
  constructor(file: URL = PREPARATION_WORKER) {
    this.file = file;
  }

  /** True if the thread has been started and has not failed. */
  get usesThread(): boolean {
    return this.thread !== undefined;
  }

  /** Prepares a batch; in the main thread, if the other one cannot be used. Throws only for a defect in the treatment of a row. */
  async prepare(request: PreparationRequest): Promise<PreparedBatch> {
    const isOwn = request.lines.length <= MAX_OWN_ROWS || this.hasFailed || this.running !== undefined;
    return (isOwn ? undefined : await this.prepareInThread(request)) ?? prepareBatch(request);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const { thread } = this;
    this.thread = undefined;
    this.done(undefined);
    await thread?.terminate();
  }

  private prepareInThread(request: PreparationRequest): Promise<PreparedBatch | undefined> {
    return new Promise((resolve) => {
      this.running = resolve;
      try {
        this.thread ??= this.startThread();
        this.thread.ref();
        this.thread.postMessage(request);
      } catch (error) {
        this.fail(error as Error);
      }
    });
  }

  private startThread(): Worker {
    const thread = new Worker(this.file, {
      name: 'outcrop-ledger',
      // The worker needs neither the secrets of the environment nor the flags of the main thread.
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_MB },
    });
    thread.on('message', (result: PreparedBatch | undefined) => this.done(result));
    thread.on('error', (error) => this.fail(error as Error));
    thread.on('exit', () => {
      if (this.thread === thread) this.fail(new Error('The thread has ended.'));
    });
    return thread;
  }

  private done(result: PreparedBatch | undefined): void {
    const { running } = this;
    this.running = undefined;
    // The process may end while the thread waits.
    this.thread?.unref();
    running?.(result);
  }

  /** Uses the main thread from now on. */
  private fail(error: Error): void {
    this.hasFailed = true;
    this.logger.warn({ event: 'ledger_thread_failed', reason: reasonOf(error) });
    void this.close();
  }
}
