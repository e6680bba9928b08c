import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 100;

/**
 * Repeats an action until it resolves with something other than false or undefined, and resolves with that. Throws the
 * last error after `seconds`.
 */
export async function until<Result>(
  action: () => Promise<Result | false | undefined>,
  seconds: number,
  awaited: string,
): Promise<Result> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  do {
    try {
      const result = await action();
      if (result !== false && result !== undefined) return result;
    } catch (error) {
      last = error;
    }
    await sleep(PAUSE_MS);
  } while (performance.now() < end);
  const cause = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`no ${awaited} within ${seconds} s${cause}`, { cause: last });
}
