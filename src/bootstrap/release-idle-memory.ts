import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After the first answers of those that wait for a ready process. */
const AFTER_START_MS = 300;
/** Of the event loop's time. Probes and scrapes take some thousandths. */
const AT_REST = 0.01;
/** What is worth a collection. */
const GROWN_BYTES = 32 * 1024 * 1024;

type Collect = (how: { type: 'major'; flavor: 'last-resort' }) => void;

/**
 * Returns to the system what only the start needed, 30 MB; and what is left of busy times once a process has rested for
 * `everyMs`, and has grown since. V8 has been told to leave that alone (`tune-v8.ts`). It takes 0.1 to 0.2 s, so never
 * with requests on their way.
 */
export function releaseIdleMemory(isIdle: () => boolean, everyMs = 60_000): void {
  let collect: Collect | undefined;
  let keptBytes = 0;
  const giveBack = (): void => {
    if (!isIdle()) return;
    // Not before: what waits for a ready process would wait for it.
    collect ??= collector();
    collect({ type: 'major', flavor: 'last-resort' });
    keptBytes = process.memoryUsage.rss();
  };
  let seen = performance.eventLoopUtilization();
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, seen);
    seen = now;
    if (utilization < AT_REST && process.memoryUsage.rss() > keptBytes + GROWN_BYTES) giveBack();
  };
  setTimeout(giveBack, AFTER_START_MS).unref();
  setInterval(look, everyMs).unref();
}

/** There is no other way to V8's collector; the flag is for contexts made from here on, of which this is the last. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
