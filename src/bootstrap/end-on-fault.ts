import { writeSync } from 'node:fs';
import { describeError } from '../errors/described-error.ts';

/**
 * Ends the process with code 1 on an error that nothing handles, as Node does, but without the message and the
 * properties of the error: both can hold content of a request. Rejections without a handler arrive here, too.
 */
export function endOnFault(): void {
  process.on('uncaughtException', (error: unknown) => {
    const msg = 'an error that nothing handles ends the process';
    const line = { level: 'fatal', time: new Date().toISOString(), err: describeError(error), msg };
    writeSync(2, `${JSON.stringify(line)}\n`);
    process.exit(1);
  });
}
