import { setFlagsFromString } from 'node:v8';

/**
 * Sets V8 up for a server. Once, when the start is over: before that, the first would take half a second longer for
 * functions that nobody calls again.
 */
export function tuneV8(): void {
  // V8 optimizes a function when it has been called 3,000 times, and the path of a request is many functions that each
  // request calls once. A plain request costs two thirds of what it does otherwise in the first 20,000 or so.
  setFlagsFromString('--invocation-count-for-turbofan=800');
  // A process that rests between two waves of requests is collected by V8 to save memory: its young generation shrinks.
  // The next wave costs up to a third more for as long as it takes to grow back, and its first tokens come 10 ms later.
  // `release-idle-memory.ts` does it where the rest is a long one.
  setFlagsFromString('--memory-reducer-gc-count=0');
  // V8 lets the old generation grow by a third before it is collected, and counts buffers in. Beside 40 MB of code and
  // configuration, 20 bodies of 200 KB are that much: a full collection, of which the bodies are the least. Three times
  // as much halves the CPU of long conversations.
  setFlagsFromString('--heap-growing-percent=200');
  // What the first optimizing compiler has used it lets go in the background, which on a busy core is late: 25 MB at the
  // peak of a process's first thousand streams.
  setFlagsFromString('--no-maglev-destroy-on-background');
}
