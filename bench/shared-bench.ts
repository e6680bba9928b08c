import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../shared/bench/', import.meta.url);

/** Returns the path of a file in ../shared/bench; undefined if that folder does not exist. */
export function sharedBenchFile(name: 'floor.mjs' | 'mock-bedrock.mjs' | 'text.mjs'): string | undefined {
  const path = fileURLToPath(new URL(name, FOLDER));
  return existsSync(path) ? path : undefined;
}
