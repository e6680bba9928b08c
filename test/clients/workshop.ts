import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { freePort } from '../support/free-port.ts';
import { Replica } from '../support/replica.ts';

/** Time after which a hanging program is killed. */
const PROGRAM_MS = 60_000;
/** Timeout for a test that runs a program twice, on a busy machine. */
export const TEST_MS = 150_000;

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A conversation that the emulator recorded, in Converse's or Anthropic's form. */
export interface Sent {
  messages: { role: string; content: Record<string, unknown>[] }[];
  [field: string]: unknown;
}

/** A gateway in a separate process, its emulator, and a working folder. */
export class Workshop {
  readonly url: string;
  /** Folders of the programs: a home, and a project with one file. */
  readonly home = mkdtempSync(join(tmpdir(), 'outcrop-home-'));
  readonly project = mkdtempSync(join(tmpdir(), 'outcrop-project-'));
  readonly greeting = join(this.project, 'greeting.txt');
  readonly emulator: Emulator;
  private readonly gateway: Replica;

  private constructor(emulator: Emulator, gateway: Replica) {
    this.emulator = emulator;
    this.gateway = gateway;
    this.url = gateway.url;
    this.reset();
  }

  /** Starts the workshop; `settings` are environment variables of the gateway. */
  static async open(settings: Record<string, string> = {}): Promise<Workshop> {
    const emulator = await startEmulator({ port: 0, paceMs: 0 });
    const emulatorPort = Number(new URL(emulator.url).port);
    const gateway = await Replica.start({ port: await freePort(), emulatorPort, environment: settings });
    return new Workshop(emulator, gateway);
  }

  reset(): void {
    this.emulator.reset();
    writeFileSync(this.greeting, 'hello world\n');
  }

  async close(): Promise<void> {
    this.gateway.kill('SIGTERM');
    await this.gateway.exited;
    await this.emulator.close();
    for (const folder of [this.home, this.project]) rmSync(folder, { recursive: true, force: true });
  }

  greetingNow(): string {
    return readFileSync(this.greeting, 'utf8');
  }

  /** Returns the bodies of the requests for one of Bedrock's operations, in order. */
  sent(operation: string): Sent[] {
    return this.emulator.requests.filter((request) => request.operation === operation).map(({ body }) => body as Sent);
  }

  /** Runs a program in the project with only `environment`, its home and PATH. */
  async run(
    program: string,
    programArguments: readonly string[],
    environment: Record<string, string>,
  ): Promise<Finished> {
    const child = spawn(program, programArguments, {
      cwd: this.project,
      env: { PATH: process.env['PATH'], HOME: this.home, NO_PROXY: '127.0.0.1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PROGRAM_MS,
      killSignal: 'SIGKILL',
    });
    const finished = { code: null, stdout: '', stderr: '' } as Finished;
    child.stdout.on('data', (data: Buffer) => (finished.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (finished.stderr += data.toString()));
    finished.code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return finished;
  }
}
