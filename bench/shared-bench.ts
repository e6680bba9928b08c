import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../shared/bench/', import.meta.url);

/** A file of the common bench, which some checkouts have beside the project; undefined elsewhere. */
export function sharedBenchFile(name: 'floor.mjs' | 'mock-bedrock.mjs' | 'text.mjs'): string | undefined {
  const path = fileURLToPath(new URL(name, FOLDER));
  return existsSync(path) ? path : undefined;
}
