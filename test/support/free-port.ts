import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that Linux (32,768) and macOS (49,152) give to outgoing connections by default. */
const LOWEST = 12_000;
const HIGHEST = 32_000;
const ATTEMPTS = 100;

/**
 * Resolves with a port on which nothing listens. It is bound later, so it is none of those that the system gives to
 * outgoing connections meanwhile, and drawn at random, so that other tests draw other ones.
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
