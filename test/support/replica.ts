import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATOR_ENVIRONMENT } from './gateway.ts';

/** The key of `config/offline.yaml`. */
export const REPLICA_KEY = 'sk-outcrop-local';

const PATIENCE_MS = 60_000;
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

export interface ReplicaOptions {
  port: number;
  /** Port of the emulator. */
  emulatorPort: number;
  /** Variables that override those of the test. */
  environment?: Record<string, string>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A gateway in a separate process, run from the sources. */
export class Replica {
  readonly url: string;
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private output = '';

  private constructor({ port, emulatorPort, environment }: ReplicaOptions) {
    this.url = `http://127.0.0.1:${port}`;
    this.child = start(['--import', './bench/source-hook.ts', 'src/main.ts'], {
      ...EMULATOR_ENVIRONMENT,
      GATEWAY_CONFIG: 'config/offline.yaml',
      GATEWAY__METRICS__PUBLIC: 'true',
      GATEWAY__LOGGING__LEVEL: 'warn',
      EMULATOR_PORT: String(emulatorPort),
      PORT: String(port),
      ...environment,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (data: Buffer) => (this.output = (this.output + data.toString()).slice(-10_000)));
    }
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  /** Resolves when it is ready. */
  static async start(options: ReplicaOptions): Promise<Replica> {
    const replica = new Replica(options);
    await answers(`${replica.url}/health/ready`, () => replica.output);
    return replica;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async openStreams(): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(/^outcrop_in_flight_requests\{stream="true"\} (\d+)$/m.exec(text)?.[1]);
  }
}

/** Starts the emulator in a separate process; resolves when it responds. */
export async function startEmulatorProcess(port: number, faults: readonly object[]): Promise<void> {
  start(['emulator/main.ts'], {
    EMULATOR_PORT: String(port),
    EMULATOR_PACE_MS: '0',
    EMULATOR_BEHAVE: JSON.stringify(faults),
  });
  await answers(`http://127.0.0.1:${port}/__emulator/stats`, () => 'the emulator');
}

/** Starts a Node process that ends with the test file at the latest. */
function start(nodeArguments: readonly string[], environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, nodeArguments, { env: { PATH: process.env['PATH'], ...environment } });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function answers(url: string, output: () => string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url} does not answer: ${output()}`);
}
