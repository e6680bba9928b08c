import 'reflect-metadata';
import { Logger } from '@nestjs/common/services/logger.service.js';

const FIRST = Symbol.for('outcrop.test.logger');

// Nest keeps the logger of the last application, and lines of an application that failed to start, in static fields.
const { logger, levels } = (Logger[FIRST] ??= {
  logger: Logger.staticInstanceRef,
  levels: Logger.staticInstanceRef.options.logLevels,
});
logger.setLogLevels(levels);
Object.assign(Logger, { staticInstanceRef: logger, logLevels: undefined, isBufferAttached: false, logBuffer: [] });
