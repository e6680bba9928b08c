import { Worker } from 'node:worker_threads';
import type { SchemaJob, SchemaVerdict, WorkerMessage } from './schema-job.ts';

/** Old generation of the worker's heap; a schema of 256 KB takes up to 80 MB while it is compiled. */
const MAX_HEAP_MB = 96;
const MAX_YOUNG_GENERATION_MB = 8;
/**
 * Maximum elapsed time of a job, as a multiple of its CPU limit. Native code cannot be interrupted, and a busy machine
 * takes longer.
 */
const MAX_WALL_FACTOR = 10;
const MIN_WALL_MS = 10_000;
/** The file of the worker. In tests it is the source, whose types Node strips; in production, the built file. */
const FILE = new URL(import.meta.url.endsWith('.ts') ? './schema-worker.ts' : './schema-worker.js', import.meta.url);

/** The reason why the worker ended during a job. */
export type StopReason = 'cpu' | 'memory' | 'crash';

/**
 * The result of a job, and its cost. `restartCpuMs`: milliseconds of CPU time that the worker took to start, which the next
 * worker takes again, because this job ended the worker.
 */
export type JobResult = { cpuMs: number } & (
  | { verdict: SchemaVerdict }
  | { stopped: StopReason; restartCpuMs: number; error?: unknown }
);

type Stop = Omit<Extract<JobResult, { stopped: StopReason }>, 'restartCpuMs'>;

interface Running {
  limitMs: number;
  startedAt: number;
  done(result: JobResult): void;
}

/**
 * Controls the schema worker from the main thread. The first job starts the worker. A job that exceeds its limit of CPU
 * time terminates the worker, and the next job starts it again. It runs one job at a time, and does not keep the
 * process alive.
 */
export class SchemaThread {
  private worker?: Worker;
  private ready?: Promise<void>;
  private running?: Running;
  private timer?: NodeJS.Timeout;
  /** CPU time of the thread before the running job. */
  private cpuBefore = 0;
  /** CPU time that the thread took to start, in milliseconds. */
  private startCpuMs = 0;
  private readonly heapMb: number;

  /** `heapMb` is the old generation of the worker's heap in MB. */
  constructor(heapMb = MAX_HEAP_MB) {
    this.heapMb = heapMb;
  }

  /** Resolves when the job has ended, successfully or not. `limitMs` is its limit of CPU time in milliseconds. */
  run(job: SchemaJob, limitMs: number): Promise<JobResult> {
    const worker = this.started();
    return new Promise((resolve) => {
      const running: Running = {
        limitMs,
        startedAt: 0,
        done: (result) => {
          clearTimeout(this.timer);
          this.running = undefined;
          resolve(result);
        },
      };
      this.running = running;
      void this.begin(worker, running, job);
    });
  }

  /** Ends the thread. A running job ends as crashed. */
  async end(): Promise<void> {
    await this.drop({ stopped: 'crash', cpuMs: 0 });
  }

  /** Waits for the start of the thread, whose time does not count against the job. */
  private async begin(worker: Worker, running: Running, job: SchemaJob): Promise<void> {
    await this.ready;
    if (this.running !== running || this.worker !== worker) return;
    running.startedAt = performance.now();
    worker.postMessage(job);
    this.watch(worker, running, running.limitMs);
  }

  private started(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(FILE, {
      name: 'outcrop-schemas',
      // The worker needs neither the secrets of the environment nor the flags of the main thread.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.heapMb, maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MB },
    });
    worker.unref();
    this.worker = worker;
    this.cpuBefore = 0;
    this.ready = new Promise((resolve) => {
      worker.on('message', (message: WorkerMessage) => {
        if (this.worker === worker) this.onMessage(message);
        resolve();
      });
    });
    worker.on('error', (error: unknown) => this.onError(worker, error));
    worker.on('exit', () => this.onError(worker, new Error('The schema worker has ended.')));
    return worker;
  }

  private onMessage({ cpuMs, verdict }: WorkerMessage): void {
    const spent = cpuMs - this.cpuBefore;
    this.cpuBefore = cpuMs;
    if (verdict) this.running?.done({ verdict, cpuMs: spent });
    else this.startCpuMs = cpuMs;
  }

  private onError(worker: Worker, error: unknown): void {
    if (this.worker !== worker) return;
    const memory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    const cpuMs = this.running ? elapsedMs(this.running) : 0;
    void this.drop({ stopped: memory ? 'memory' : 'crash', cpuMs, error });
  }

  private watch(worker: Worker, running: Running, delayMs: number): void {
    this.timer = setTimeout(() => void this.checkLimits(worker, running), Math.max(delayMs, 5)).unref();
  }

  /** Compares CPU time with the limit, because on a busy machine a job may take longer than its limit. */
  private async checkLimits(worker: Worker, running: Running): Promise<void> {
    const { limitMs, startedAt } = running;
    const latest = startedAt + Math.max(MAX_WALL_FACTOR * limitMs, MIN_WALL_MS);
    const isOver = Symbol('over');
    const usage = await Promise.race([
      worker.cpuUsage().catch(() => isOver),
      new Promise((resolve) => setTimeout(() => resolve(isOver), latest - performance.now()).unref()),
    ]);
    if (this.running !== running) return;
    const { user = 0, system = 0 } = usage === isOver ? {} : (usage as NodeJS.CpuUsage);
    const spent = (user + system) / 1_000 - this.cpuBefore;
    if (usage !== isOver && spent < limitMs && performance.now() < latest) {
      this.watch(worker, running, limitMs - spent);
      return;
    }
    await this.drop({ stopped: 'cpu', cpuMs: usage === isOver ? elapsedMs(running) : spent });
  }

  private async drop(stop: Stop): Promise<void> {
    const { worker, running } = this;
    this.worker = undefined;
    // Frees the core before the next job starts another thread.
    await worker?.terminate();
    running?.done({ ...stop, restartCpuMs: this.startCpuMs });
  }
}

/** Returns the elapsed time, in place of the CPU time that an ended thread no longer reports. */
function elapsedMs({ startedAt }: Running): number {
  return startedAt === 0 ? 0 : performance.now() - startedAt;
}
