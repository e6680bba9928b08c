/*
 * Sends SIGTERM to this process when its parent ends for any reason. `node --import ./scripts/end-with-parent.mjs` loads it
 * before the program. The file descriptor 3 is a pipe to the parent, which the system closes when the parent ends.
 */
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

// Threads load this file, too.
if (isMainThread) {
  new Socket({ fd: 3 })
    .on('error', () => undefined)
    .on('close', () => process.kill(process.pid, 'SIGTERM'))
    .resume()
    .unref();
}
