import { readFileSync } from 'node:fs';

/** Allocation and executed blocks of the whole gateway, as `npm run bench -- --record` measured them. */
export interface Baseline {
  /** Version of Node that it was recorded with. */
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
