import { readFileSync } from 'node:fs';

const INTERVAL_MS = 25;
/** Clock ticks a second in /proc/PID/stat (USER_HZ), the same on all Linux machines. */
const TICKS_PER_SECOND = 100;

export interface Figures {
  /** Maximum resident set since the start of the process. */
  peakRssBytes: number;
  /** User and system time since the start of the process. */
  cpuSeconds: number;
  /** Seconds of the main thread: running, and ready to run while other threads of the machine used the cores. */
  mainThread: { ranSeconds: number; waitedSeconds: number };
}

const NOTHING_YET: Figures = { peakRssBytes: 0, cpuSeconds: 0, mainThread: { ranSeconds: 0, waitedSeconds: 0 } };

/** Samples the resources of a process until it ends, and kills a process that exceeds `killAboveBytes`. */
export class Watcher {
  hasKilled = false;
  private readonly pid: number;
  private readonly killAboveBytes: number;
  private readonly timer: NodeJS.Timeout;
  private figures = NOTHING_YET;

  constructor(pid: number, killAboveBytes = Infinity) {
    this.pid = pid;
    this.killAboveBytes = killAboveBytes;
    this.timer = setInterval(() => this.read(), INTERVAL_MS);
    this.read();
  }

  /** Returns the current figures, or the last ones once the process has ended. */
  read(): Figures {
    const status = contents(`/proc/${this.pid}/status`);
    const stat = contents(`/proc/${this.pid}/stat`);
    const [, peakKb] = /^VmHWM:\s+(\d+) kB/m.exec(status ?? '') ?? [];
    if (peakKb === undefined || stat === undefined) return this.figures;
    // The name in parentheses may contain spaces; utime and stime are the fields 14 and 15 (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    this.figures = { peakRssBytes: Number(peakKb) * 1_024, cpuSeconds, mainThread: this.mainThread() };
    if (this.figures.peakRssBytes > this.killAboveBytes && !this.hasKilled) {
      this.hasKilled = true;
      process.kill(this.pid, 'SIGKILL');
    }
    return this.figures;
  }

  /** Returns zeros on kernels without schedstat (sched-stats.rst), which report nothing about other processes. */
  private mainThread(): Figures['mainThread'] {
    const [ran = 0, waited = 0] = (contents(`/proc/${this.pid}/schedstat`) ?? '').split(' ').map(Number);
    return { ranSeconds: ran / 1e9, waitedSeconds: waited / 1e9 };
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

function contents(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
