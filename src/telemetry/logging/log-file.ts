import type rollingFile from 'pino-roll';
import type { LogFileConfig } from '../../config/gateway-config.ts';

/** Maximum bytes that wait for a slow or full disk. Further lines are dropped. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const ERROR_INTERVAL_MS = 60_000;

/** Opens a log file that is rotated when it is full. Disk errors are reported on standard error, at most once a minute. */
export async function openLogFile(config: LogFileConfig): ReturnType<typeof rollingFile> {
  const { default: roll } = await import('pino-roll');
  const file = await roll({
    file: config.path,
    size: `${config.maxSizeMb}m`,
    // The library counts the files in addition to the current one, and keeps at least one.
    limit: { count: Math.max(1, config.maxFiles - 1), removeOtherLogFiles: true },
    mkdir: true,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
  });
  let nextErrorAt = 0;
  file.on('error', (error: Error) => {
    if (Date.now() < nextErrorAt) return;
    nextErrorAt = Date.now() + ERROR_INTERVAL_MS;
    process.stderr.write(`cannot write the log file ${config.path}: ${error.message}\n`);
  });
  return file;
}
