import { createContext, Script } from 'node:vm';

/** Runs what it finds there; the time limit of the outer script holds for everything it calls. */
const RUN = new Script('work()');

/** The work took longer than it may. */
export class TimeLimitError extends Error {
  constructor(limitMs: number) {
    super(`stopped after ${limitMs} ms`);
    this.name = 'TimeLimitError';
  }
}

/**
 * Ends work that takes too long, wherever it is: schemas are programs of the client's, and `(a+)+$` or a tree of
 * `anyOf` runs for years. Takes 0.1 ms by itself. What the work throws is thrown.
 */
export function withinTime<Result>(limitMs: number, work: () => Result): Result {
  try {
    return RUN.runInContext(createContext({ work }), { timeout: limitMs }) as Result;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new TimeLimitError(limitMs);
    throw error;
  }
}
