import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { freePort } from '../support/free-port.ts';
import { Replica } from '../support/replica.ts';

/** A program that hangs is killed after this time. */
const PROGRAM_MS = 60_000;
/** For a test that runs it twice, on a busy machine. */
export const TEST_MS = 150_000;

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What the emulator recorded of a conversation, in either of Bedrock's forms. */
export interface Sent {
  messages: { role: string; content: Record<string, unknown>[] }[];
  [field: string]: unknown;
}

/** A gateway in a process of its own, its emulator, and a folder to work in. */
export class Workshop {
  readonly url: string;
  /** Where programs run: a home of their own, and a project with one file. */
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

  /** `settings` are environment variables of the gateway. */
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

  /** Bodies of the requests for one of Bedrock's operations, in order. */
  sent(operation: string): Sent[] {
    return this.emulator.requests.filter((request) => request.operation === operation).map(({ body }) => body as Sent);
  }

  /** Runs a program in the project; it knows `environment`, its home and where programs are, and nothing else. */
  async run(program: string, words: readonly string[], environment: Record<string, string>): Promise<Finished> {
    const child = spawn(program, words, {
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
