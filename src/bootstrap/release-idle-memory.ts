import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Delay after the start, so that the collection does not delay the first requests. */
const AFTER_START_MS = 300;
/** Maximum event loop utilization of an idle process. Probes and scrapes take about a thousandth each. */
const IDLE_UTILIZATION = 0.01;
/** Minimum growth of the memory that justifies a collection. */
const MIN_GROWTH_BYTES = 32 * 1024 * 1024;

type Collect = (how: { type: 'major'; flavor: 'last-resort' }) => void;

/**
 * Returns unused memory to the operating system: 30 MB after the start, and later whenever the process has been idle for
 * `everyMs` and its memory has grown. V8 does not do this itself, because `tune-v8.ts` disables it. A collection takes 0.1
 * to 0.2 s, so it never runs during requests.
 */
export function releaseIdleMemory(isIdle: () => boolean, everyMs = 60_000): void {
  let collect: Collect | undefined;
  let bytesAfterRelease = 0;
  const release = (): void => {
    if (!isIdle()) return;
    // Created with the first collection, because creating it delays the first requests.
    collect ??= collector();
    collect({ type: 'major', flavor: 'last-resort' });
    bytesAfterRelease = process.memoryUsage.rss();
  };
  let lastUtilization = performance.eventLoopUtilization();
  const checkIdle = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, lastUtilization);
    lastUtilization = now;
    if (utilization < IDLE_UTILIZATION && process.memoryUsage.rss() > bytesAfterRelease + MIN_GROWTH_BYTES) release();
  };
  setTimeout(release, AFTER_START_MS).unref();
  setInterval(checkIdle, everyMs).unref();
}

/** Returns V8's garbage collector. V8 exposes it only in a context that is created while the flag is set. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
