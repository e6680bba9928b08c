import { type ChildProcess, spawn } from 'node:child_process';

export interface CommandResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** Time after which a command of the cluster is ended. Commands with their own timeouts end earlier. */
const MAX_COMMAND_MS = 20 * 60_000;

/** Runs programs with a fixed prefix and environment, e.g. in the network namespace of a node. */
export class CommandRunner {
  private readonly prefix: readonly string[];
  private readonly environment: Readonly<Record<string, string>>;

  constructor(prefix: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
    this.prefix = prefix;
    this.environment = environment;
  }

  spawn(program: string, args: readonly string[]): ChildProcess {
    const [file, ...rest] = [...this.prefix, program, ...args];
    return spawn(file!, rest, { env: { ...process.env, ...this.environment }, stdio: 'pipe' });
  }

  /** Resolves with the result of a command, also if it failed. */
  async attempt(program: string, args: readonly string[], input = ''): Promise<CommandResult> {
    const child = this.spawn(program, args);
    const timer = setTimeout(() => child.kill('SIGKILL'), MAX_COMMAND_MS);
    child.stdin?.on('error', () => undefined).end(input);
    const result = await finished(child);
    clearTimeout(timer);
    return result;
  }

  /** Resolves with the standard output of a command. Throws an error with its output if it fails. */
  async run(program: string, args: readonly string[], input = ''): Promise<string> {
    const { status, stdout, stderr } = await this.attempt(program, args, input);
    if (status === 0) return stdout;
    const command = `${program.replace(/.*\//, '')} ${args.join(' ')}`;
    throw new Error(`'${command.slice(0, 200)}' failed with code ${status}: ${(stderr || stdout).trim().slice(-600)}`);
  }
}

/** Resolves with the code and the output of a process when it ends. */
export function finished(child: ChildProcess): Promise<CommandResult> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ status: 127, stdout, stderr: message }));
    child.once('close', (code) => resolve({ status: code ?? 1, stdout, stderr }));
  });
}
