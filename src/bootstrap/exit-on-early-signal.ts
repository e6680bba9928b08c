/**
 * Ends process 1 of a container on SIGTERM and SIGINT, until `shutDownOnSignals` adds its own handlers. The kernel discards a
 * signal that process 1 does not handle, and it ends every other process. This file runs first, because loading the
 * application takes up to a second. The exit codes are those of shells for the signal.
 */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

if (process.pid === 1) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(EXIT_CODES[signal]);
    });
  }
}
