import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { EMULATOR_ENVIRONMENT } from '../support/gateway.ts';
import { freePort } from '../support/free-port.ts';

const START_MS = 60_000;
const hasLimits = existsSync('/proc/self/limits');
if (!hasLimits) console.warn('The warning about open files is not tested: this system has no /proc/self/limits.');

/** Starts a gateway whose process may open `limit` files. Returns the lines of its log until it listens, and those after. */
async function linesWithLimit(limit: number): Promise<string[]> {
  const command = 'ulimit -n "$1"; shift; exec "$@"';
  const node = [process.execPath, '--import', './bench/source-hook.ts', 'src/main.ts'];
  const child = spawn('sh', ['-c', command, 'sh', String(limit), ...node], {
    env: {
      PATH: process.env['PATH'],
      ...EMULATOR_ENVIRONMENT,
      NODE_ENV: 'production',
      PORT: String(await freePort()),
      GATEWAY__SERVER__MAX_CONNECTIONS: '200',
      GATEWAY__BEDROCK__MAX_CONNECTIONS: '100',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    // The gateway logs this line after the warnings.
    if (line.includes('no API keys are configured')) child.kill('SIGKILL');
  }
  await ended;
  return lines;
}

(hasLimits ? describe : describe.skip)('a gateway that may open fewer files than it needs', () => {
  it.each([
    [300, 1],
    [556, 0],
  ])(
    'with a limit of %i logs %i warning(s) with both numbers',
    async (limit, count) => {
      const lines = await linesWithLimit(limit);
      expect(lines.some((line) => line.includes('listening on'))).toBe(true);
      const warnings = lines.filter((line) => line.includes('may open'));
      expect(warnings).toHaveLength(count);
      for (const line of warnings) expect(line).toContain('may open 300 files, but its connection limits need 556');
    },
    START_MS,
  );
});
