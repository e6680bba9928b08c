import { setFlagsFromString } from 'node:v8';

/**
 * V8 optimizes a function when it has been called 3,000 times, and the path of a request is many functions that each
 * request calls once. At 800 a plain request costs two thirds of what it does otherwise in the first 20,000 or so. Not
 * before the start is over: it would take half a second longer for functions that nobody calls again.
 */
export function compileSooner(): void {
  setFlagsFromString('--invocation-count-for-turbofan=800');
}
