import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const WARM_UP_MS = 1_000;
const IDLE_MS = 1_500;

/** One request of the second key. */
export interface Sample {
  durationMs: number;
  /** Duration of a round trip to the emulator without the gateway, as a measure of the load of the machine. */
  machineMs: number;
  /** The failure; undefined for a complete answer. */
  failure?: string;
}

/**
 * A second key that sends small chat requests, one after the other, in a separate thread.
 * Otherwise an attack that keeps this process busy would look like a slow gateway.
 */
export class SecondKey {
  private readonly worker: Worker;
  private stopped?: Promise<Sample[]>;

  constructor(origin: string, key: string, emulatorOrigin: string) {
    this.worker = new Worker(new URL('second-key-thread.ts', import.meta.url), {
      workerData: { origin, key, emulatorOrigin },
    });
  }

  /** Resolves when code is compiled and connections are open, and discards the samples until then. */
  async warmUp(): Promise<void> {
    await sleep(WARM_UP_MS);
    await this.take();
  }

  /** Resolves with the samples of the idle gateway. */
  async idle(): Promise<Sample[]> {
    await sleep(IDLE_MS);
    return this.take();
  }

  /** Resolves with the requests that have ended since the last call. */
  async take(): Promise<Sample[]> {
    if (this.stopped) return (await this.stopped).splice(0);
    return this.exchange('take');
  }

  /** Resolves when the current request has ended; `take` still returns the samples. */
  async stop(): Promise<void> {
    this.stopped ??= this.exchange('stop');
    await this.stopped;
    await this.worker.terminate();
  }

  private async exchange(message: 'take' | 'stop'): Promise<Sample[]> {
    this.worker.postMessage(message);
    const [samples] = (await once(this.worker, 'message')) as [Sample[]];
    return samples;
  }
}

/** Returns the median in milliseconds; 0 without values. */
export function p50(samples: readonly Sample[], of: 'durationMs' | 'machineMs' = 'durationMs'): number {
  const sorted = samples.map((sample) => sample[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
