/**
 * Ends process 1 of a container on SIGTERM and SIGINT, until `main.ts` adds its own handlers. The kernel discards a signal
 * that process 1 does not handle, and it ends every other process. `main.ts` imports this file first.
 */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

if (process.pid === 1) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(EXIT_CODES[signal]);
    });
  }
}
