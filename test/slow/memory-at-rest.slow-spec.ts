import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Allocates 200 MB of garbage and prints its resident memory in MB, then and after each of `looks` checks. */
const GROWN_PROCESS = `
  import { releaseIdleMemory } from './src/bootstrap/release-idle-memory.ts';
  const [isIdle, looks] = [process.argv[1] === 'idle', Number(process.argv[2])];
  const everyMs = 100;
  releaseIdleMemory(() => isIdle, everyMs);
  await new Promise((resolve) => setTimeout(resolve, 500));
  let busy = Array.from({ length: 200 }, () => new Array(131_072).fill(0.5));
  const resident = () => Math.round(process.memoryUsage.rss() / 1024 / 1024);
  const grown = resident();
  busy = undefined;
  let rested = grown;
  for (let look = 0; look < looks && rested > grown - 100; look++) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    rested = resident();
  }
  console.log(JSON.stringify({ grown, rested }));
`;

async function grownProcess(state: 'idle' | 'serving', looks: number): Promise<{ grown: number; rested: number }> {
  const args = ['--input-type=module', '--eval', GROWN_PROCESS, state, String(looks)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return JSON.parse(stdout) as { grown: number; rested: number };
}

describe('idle memory', () => {
  it('is returned to the system when the process is idle', async () => {
    const { grown, rested } = await grownProcess('idle', 300);
    expect(rested).toBeLessThan(grown - 100);
  });

  it('is kept while requests are in progress', async () => {
    const { grown, rested } = await grownProcess('serving', 10);
    expect(rested).toBeGreaterThan(grown - 100);
  });
});
