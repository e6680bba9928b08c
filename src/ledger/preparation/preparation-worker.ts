/**
 * The thread that prepares batches. In tests, Node runs this source file and its imports without compiling them, so they
 * contain no decorators, no enums and no parameter properties.
 */
import { parentPort } from 'node:worker_threads';
import { type PreparationRequest, prepareBatch, type PreparedBatch } from './prepared-batch.ts';

/** Returns undefined for an error: the main thread repeats the preparation and gets the same one. */
function preparedOrNone(request: PreparationRequest): PreparedBatch | undefined {
  try {
    return prepareBatch(request);
  } catch {
    return undefined;
  }
}

parentPort?.on('message', (request: PreparationRequest) => parentPort?.postMessage(preparedOrNone(request)));
