import { connect } from 'node:net';
import { hash } from 'node:crypto';
import type { BenchOptions } from './options.ts';
import { sharedBenchFile } from './shared-bench.ts';
import { freePort } from '../test/support/free-port.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { answers, type Upstream } from './upstreams.ts';

/** Server that is measured. */
export interface Contender {
  name: 'gateway' | 'frame' | 'floor';
  /** True if it can stream answers. */
  streams: boolean;
  start(nodeArguments?: readonly string[]): Promise<RunningContender>;
}

export interface RunningContender extends ServerProcess {
  origin: string;
  model: string;
  key: string;
}

/** Model id for floor and frame, which accept only Bedrock ids. The gateway resolves its default model to this id. */
const BEDROCK_MODEL = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
/** High enough to accept all requests. Only the cost of counting is measured. */
const LIMIT_PER_MINUTE = 1e9;

/** Returns the built gateway as in production, with keys, limits, log and metrics. `compileCache` is a folder. */
export function gateway(upstream: Upstream, options: BenchOptions, compileCache: string): Contender {
  return {
    name: 'gateway',
    streams: true,
    start: async (nodeArguments = []) => {
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      const server = await startServer({
        name: 'gateway',
        // The same argument as in `npm run start:prod` and in the image.
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
          // Scenarios with thousands of streams measure the cost of streams, so overload protection must not reject
          // them.
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

/** Returns the libraries of the gateway with minimal code (`bench/frame`). */
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

/** Returns the minimal Node proxy of ../shared/bench; undefined if that does not exist. */
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
