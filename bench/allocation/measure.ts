import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measured } from './child.ts';

/**
 * Flags that make counts equal on all machines. The young generation is so large that no collection runs during a
 * count, and optimizing compilers, which remove allocations, are off.
 */
const FLAGS = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256', '--no-opt', '--no-maglev'];

/** Measures the sources, not the build, in a separate process. Takes some seconds. */
export function measureAllocation(): Promise<Measured> {
  const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = fork(path('./child.ts'), {
      execArgv: [...FLAGS, '--import', path('../source-hook.ts')],
      // Ignores the log, so that its cost is small and constant.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' },
    });
    let errorOutput = '';
    child.stderr?.on('data', (text: Buffer) => (errorOutput += text.toString()));
    child.once('message', (measured) => resolve(measured as Measured));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The measurement ended with code ${code}: ${errorOutput}`)));
  });
}
