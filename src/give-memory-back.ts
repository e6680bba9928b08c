import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After the first answers of those that wait for a ready process. */
const AFTER_MS = 300;

type Collect = (how: { type: 'major'; flavor: 'last-resort' }) => void;

/**
 * Returns to the system what only the start needed, once: 30 MB that V8 would keep for another ten seconds, or for as
 * long as there is just enough traffic. It takes 0.1 s, so a process with requests on their way leaves it to V8.
 */
export function giveMemoryBack(isIdle: () => boolean): void {
  setTimeout(() => {
    if (!isIdle()) return;
    // There is no other way to V8's collector; the flag is for contexts made from here on, of which this is the last.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as Collect;
    setFlagsFromString('--no-expose-gc');
    collect({ type: 'major', flavor: 'last-resort' });
  }, AFTER_MS).unref();
}
