import { writeSync } from 'node:fs';
import { describeError } from '../errors/described-error.ts';

/**
 * Ends the process with code 1 on an unhandled error or rejection, as Node does. Does not log the message or the
 * properties of the error, because they can contain content of a request.
 */
export function endOnFault(): void {
  process.on('uncaughtException', (error: unknown) => {
    const msg = 'an unhandled error ends the process';
    const line = { level: 'fatal', time: new Date().toISOString(), err: describeError(error), msg };
    writeSync(2, `${JSON.stringify(line)}\n`);
    process.exit(1);
  });
}
