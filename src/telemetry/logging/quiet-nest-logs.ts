import type { LoggerService } from '@nestjs/common';

/** Contexts in which Nest tells of each module and route that it wires. */
const CHATTER = new Set(['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/** The same logger, with the framework's progress at level debug: a start says what an operator needs to know. */
export function demoteNestStartupLogs(logger: LoggerService): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => {
      const context = rest.at(-1);
      if (typeof context === 'string' && CHATTER.has(context)) logger.debug?.(message, ...rest);
      else logger.log(message, ...rest);
    },
    error: logger.error.bind(logger),
    warn: logger.warn.bind(logger),
    debug: logger.debug?.bind(logger),
    verbose: logger.verbose?.bind(logger),
    fatal: logger.fatal?.bind(logger),
  };
}
