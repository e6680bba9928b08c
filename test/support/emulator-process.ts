import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behavior, EmulatorStats, ScriptedAnswer } from '../../emulator/emulator.ts';

/** The emulator in a separate process, so that its memory does not count as that of the process under test. */
export class EmulatorProcess {
  readonly url: string;
  private readonly port: number;
  private child?: ChildProcess;

  constructor(port: number) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    this.child = spawn(process.execPath, ['emulator/main.ts'], {
      env: { ...process.env, EMULATOR_PORT: String(this.port), EMULATOR_PACE_MS: '2' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const until = performance.now() + 30_000;
    while (!(await fetch(`${this.url}/__emulator/stats`).catch(() => undefined))?.ok) {
      if (this.child.exitCode !== null || performance.now() > until) throw new Error('the emulator does not start');
      await sleep(50);
    }
  }

  /** Ends the process as a crash would: all its connections break at once. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  behave(faults: readonly Behavior[]): Promise<unknown> {
    return this.postJson('behave', faults);
  }

  script(answers: readonly ScriptedAnswer[]): Promise<unknown> {
    return this.postJson('script', answers);
  }

  async stats(): Promise<EmulatorStats> {
    return (await (await fetch(`${this.url}/__emulator/stats`)).json()) as EmulatorStats;
  }

  private postJson(path: string, body: unknown): Promise<unknown> {
    return fetch(`${this.url}/__emulator/${path}`, { method: 'POST', body: JSON.stringify(body) });
  }
}
