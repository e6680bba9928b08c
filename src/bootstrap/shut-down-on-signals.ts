import { constants } from 'node:os';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { withSourceLocations } from '../errors/source-frames.ts';
import { DrainService } from '../http/drain/drain.service.ts';

/**
 * Milliseconds in which further signals count as the same Ctrl-C, because a terminal, npm and `npm start` may each forward
 * it.
 */
const DUPLICATE_MS = 500;
/** Milliseconds for closing connections to Redis and to trace receivers, after the last request. */
const CLOSE_MS = 5_000;
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/**
 * Drains on the first SIGTERM or SIGINT and ends with code 0. A second signal ends the process at once, with the exit code
 * of shells for a signal (130, 143). Nest's own shutdown hooks end the process with the signal, which process 1 of a
 * container ignores, and do not handle a second one.
 */
export function shutDownOnSignals(app: INestApplicationContext): void {
  const logger = new Logger('outcrop');
  let signaledAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signaledAt === undefined) {
      signaledAt = performance.now();
      void stop(app, signal, logger);
    } else if (performance.now() - signaledAt > DUPLICATE_MS) {
      logger.warn(`second ${signal}: ending at once without waiting for requests`);
      process.exit(128 + constants.signals[signal]);
    }
  };
  // Without a terminal, SIGHUP reloads the configuration instead.
  for (const signal of process.stdin.isTTY ? [...SIGNALS, 'SIGHUP' as const] : SIGNALS) process.on(signal, onSignal);
}

async function stop(app: INestApplicationContext, signal: NodeJS.Signals, logger: Logger): Promise<void> {
  try {
    await app.get(DrainService).drain(signal);
    setTimeout(() => {
      logger.warn(`the application has not closed within ${CLOSE_MS / 1_000} s: ending the process`);
      process.exit(0);
    }, CLOSE_MS);
    await app.close();
    process.exit(0);
  } catch (error) {
    logger.error(error instanceof Error ? withSourceLocations(error.stack ?? error.message) : error);
    process.exit(1);
  }
}
