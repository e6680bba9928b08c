import type rollingFile from 'pino-roll';
import type { LogFileConfig } from '../../config/gateway-config.ts';

/** Bytes that may wait for a slow or full disk; more is dropped. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const COMPLAIN_EVERY_MS = 60_000;

/** A file that is replaced when it is full. Its disk may fail: that is told on standard error, now and then. */
export async function openLogFile(config: LogFileConfig): ReturnType<typeof rollingFile> {
  const { default: roll } = await import('pino-roll');
  const file = await roll({
    file: config.path,
    size: `${config.maxSizeMb}m`,
    // The library counts the files besides the current one, and keeps at least one.
    limit: { count: Math.max(1, config.maxFiles - 1), removeOtherLogFiles: true },
    mkdir: true,
    sync: false,
    maxLength: MOST_WAITING_BYTES,
  });
  let nextComplaint = 0;
  file.on('error', (error: Error) => {
    if (Date.now() < nextComplaint) return;
    nextComplaint = Date.now() + COMPLAIN_EVERY_MS;
    process.stderr.write(`log file ${config.path}: ${error.message}\n`);
  });
  return file;
}
