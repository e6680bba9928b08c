import { constants } from 'node:os';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { DrainService } from '../http/drain/drain.service.ts';

/** A terminal, npm and `npm start` may each pass on the same Ctrl-C: within this time it is still that one. */
const ECHO_MS = 500;
/** For connections to Redis and to receivers of traces to be closed, once nothing runs any more. */
const CLOSE_MS = 5_000;
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/**
 * The first SIGTERM or SIGINT drains and ends with code 0; a second one ends at once, with the code that shells give
 * to a process which a signal ended (130, 143). Nest's own hooks would kill the process with the signal, which
 * process 1 of a container does not notice, and know no second one.
 */
export function shutDownOnSignals(app: INestApplicationContext): void {
  const logger = new Logger('outcrop');
  let toldAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (toldAt === undefined) {
      toldAt = performance.now();
      void stop(app, signal, logger);
    } else if (performance.now() - toldAt > ECHO_MS) {
      logger.warn(`${signal} again: ending at once, running requests are cut`);
      process.exit(128 + constants.signals[signal]);
    }
  };
  // Without a terminal, SIGHUP asks for another reading of the configuration.
  for (const signal of process.stdin.isTTY ? [...SIGNALS, 'SIGHUP' as const] : SIGNALS) process.on(signal, onSignal);
}

async function stop(app: INestApplicationContext, signal: NodeJS.Signals, logger: Logger): Promise<void> {
  try {
    await app.get(DrainService).drain(signal);
    setTimeout(() => {
      logger.warn(`the application is not closed after ${CLOSE_MS / 1_000} s: ending all the same`);
      process.exit(0);
    }, CLOSE_MS);
    await app.close();
    process.exit(0);
  } catch (error) {
    logger.error(error instanceof Error ? error.stack : error);
    process.exit(1);
  }
}
