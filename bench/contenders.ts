import { connect } from 'node:net';
import { hash } from 'node:crypto';
import type { BenchOptions } from './options.ts';
import { sharedBenchFile } from './shared-bench.ts';
import { freePort } from '../test/support/free-port.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { answers, type Upstream } from './upstreams.ts';

/** Who is measured. */
export interface Contender {
  name: 'gateway' | 'frame' | 'floor';
  /** Whether it can answer in a stream. */
  streams: boolean;
  start(nodeArguments?: readonly string[]): Promise<RunningContender>;
}

export interface RunningContender extends ServerProcess {
  origin: string;
  model: string;
  key: string;
}

/** Floor and frame take Bedrock ids; this is what the gateway makes of its default model's name here. */
const BEDROCK_MODEL = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
/** High enough to refuse nobody: what is measured is the counting. */
const LIMIT_PER_MINUTE = 1e9;

/** The built gateway as production runs it: keys, limits, log and metrics on. `compileCache` is a folder. */
export function gateway(upstream: Upstream, options: BenchOptions, compileCache: string): Contender {
  return {
    name: 'gateway',
    streams: true,
    start: async (nodeArguments = []) => {
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      const server = await startServer({
        name: 'gateway',
        // As `npm run start:prod` and the image start it.
        args: ['--max-semi-space-size=16', ...nodeArguments, 'dist/main.js'],
        environment: {
          ...upstream.environment,
          NODE_COMPILE_CACHE: compileCache,
          NODE_ENV: 'production',
          PORT: String(port),
          GATEWAY__SERVER__HOST: '127.0.0.1',
          GATEWAY__BEDROCK__ENDPOINT: upstream.url,
          GATEWAY__LIMITS__REQUESTS_PER_MINUTE: String(LIMIT_PER_MINUTE),
          GATEWAY__AUTH__KEYS: JSON.stringify([{ name: 'bench', hash: `sha256:${hash('sha256', options.key)}` }]),
          GATEWAY__METRICS__PUBLIC: 'true',
          // What opens thousands of streams at once measures their cost, not how they are put off.
          GATEWAY__OVERLOAD__MAX_EVENT_LOOP_DELAY_MS: '0',
          GATEWAY__SHUTDOWN__DRAIN_DELAY_SECONDS: '0',
        },
        core: 'measured',
        isReady: () => answers(`${origin}/health/ready`),
      });
      return { ...server, origin, model: options.model, key: options.key };
    },
  };
}

/** The libraries that the gateway is built of with next to nothing in them, `bench/frame`. */
export function frame(upstream: Upstream, options: BenchOptions, compileCache: string): Contender {
  return {
    name: 'frame',
    streams: false,
    start: async () => {
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      const server = await startServer({
        name: 'frame',
        args: ['--import', './bench/source-hook.ts', 'bench/frame/main.ts'],
        environment: {
          ...upstream.environment,
          NODE_COMPILE_CACHE: compileCache,
          NODE_ENV: 'production',
          PORT: String(port),
          BEDROCK: upstream.url,
          FRAME_KEY_HASH: hash('sha256', options.key),
        },
        core: 'measured',
        isReady: () => answers(`${origin}/health/ready`),
      });
      return { ...server, origin, model: BEDROCK_MODEL, key: options.key };
    },
  };
}

/** The least that a Node proxy can do, where it is at hand. */
export function floor(upstream: Upstream, compileCache: string): Contender | undefined {
  const file = sharedBenchFile('floor.mjs');
  if (file === undefined) return undefined;
  return {
    name: 'floor',
    streams: true,
    start: async () => {
      const port = await freePort();
      const server = await startServer({
        name: 'floor',
        args: [file],
        environment: {
          ...upstream.environment,
          NODE_COMPILE_CACHE: compileCache,
          PORT: String(port),
          BEDROCK: upstream.url,
        },
        core: 'measured',
        isReady: () => listens(port),
      });
      return { ...server, origin: `http://127.0.0.1:${port}`, model: BEDROCK_MODEL, key: '' };
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
