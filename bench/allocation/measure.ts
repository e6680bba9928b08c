import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measured } from './child.ts';

/**
 * Large enough that nothing is collected within a count, and no compiler that leaves allocations out: what is
 * counted is the same on every machine, busy or not.
 */
const FLAGS = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256', '--no-opt', '--no-maglev'];

/** Takes some seconds; the sources are measured as they are, not the build. */
export function measureAllocation(): Promise<Measured> {
  const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = fork(path('./child.ts'), {
      execArgv: [...FLAGS, '--import', path('../source-hook.ts')],
      // Its log goes nowhere: that is where a log costs least, and always the same.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' },
    });
    let complaint = '';
    child.stderr?.on('data', (text: Buffer) => (complaint += text.toString()));
    child.once('message', (measured) => resolve(measured as Measured));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`measuring ended with code ${code}: ${complaint}`)));
  });
}
