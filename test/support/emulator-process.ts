import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behavior, EmulatorStats, ScriptedAnswer } from '../../emulator/emulator.ts';

/** The emulator in a process of its own, so that its memory is not counted for anybody else's. */
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

  /** Ends it as a crash would: every connection to it is gone at once. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  behave(behaviours: readonly Behavior[]): Promise<unknown> {
    return this.tell('behave', behaviours);
  }

  script(answers: readonly ScriptedAnswer[]): Promise<unknown> {
    return this.tell('script', answers);
  }

  async stats(): Promise<EmulatorStats> {
    return (await (await fetch(`${this.url}/__emulator/stats`)).json()) as EmulatorStats;
  }

  private tell(path: string, body: unknown): Promise<unknown> {
    return fetch(`${this.url}/__emulator/${path}`, { method: 'POST', body: JSON.stringify(body) });
  }
}
