import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** The highest port below those that Linux (32,768) and macOS (49,152) use for outgoing connections by default. */
const LOWEST = 12_000;
const HIGHEST = 32_000;
const ATTEMPTS = 100;

/**
 * Resolves with a port on which no process listens. The port is outside of the range for outgoing connections, because
 * it is bound later. It is random, so that concurrent tests use different ports.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
