import { readFileSync } from 'node:fs';

/** What the whole gateway allocates and executes, as recorded by `npm run bench -- --record`. */
export interface Baseline {
  /** Version that it was recorded with. */
  node: string;
  bytesPerRequest: number;
  operationsPerRequest: number;
  bytesPerDelta: number;
  operationsPerDelta: number;
  bytesPerOpenStream: number;
}

export const BASELINE_FILE = new URL('../baseline.json', import.meta.url);

export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(BASELINE_FILE, 'utf8')) as Baseline;
}
