import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** True on Linux, where files in /proc contain the CPU time and memory of other processes. */
export const CAN_MEASURE = process.platform === 'linux';

const TICKS_PER_SECOND = CAN_MEASURE ? Number(execFileSync('getconf', ['CLK_TCK']).toString()) || 100 : 100;
const MICROS_PER_TICK = 1e6 / TICKS_PER_SECOND;

/** Returns user and system time of a process and all its threads, in microseconds. Resolution: one tick (10 ms). */
export function cpuMicros(pid: number): number {
  if (!CAN_MEASURE) return NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses can contain blanks. The first field after it has the number 3 (man proc_pid_stat).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
}

/** Returns the resident memory of a process in KiB. */
export function residentKb(pid: number): number {
  if (!CAN_MEASURE) return NaN;
  const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kb);
}

/** Returns the CPU time of all processes of the machine, in microseconds. */
export function machineMicros(): number {
  if (!CAN_MEASURE) return NaN;
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1')
    .split('\n', 1)[0]!
    .trim()
    .split(/ +/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + irq! + softirq!) * MICROS_PER_TICK;
}

/** Resources that a process used during a measurement. */
export interface Use {
  cpuMicros: number;
  /** CPU time of processes that are not part of the measurement. */
  otherMicros: number;
  wallMicros: number;
  residentKbBefore: number;
  residentKbPeak: number;
}

const SAMPLE_MS = 200;

/** Measures the process `pid` while `work` runs. `helpers` are the other processes that belong to the measurement. */
export async function watch<T>(pid: number, helpers: readonly number[], work: () => Promise<T>): Promise<[T, Use]> {
  const all = [pid, ...helpers, process.pid];
  const sum = (): number => all.reduce((total, each) => total + cpuMicros(each), 0);
  const before = { cpu: cpuMicros(pid), measurement: sum(), machine: machineMicros(), at: performance.now() };
  const residentKbBefore = residentKb(pid);
  let residentKbPeak = residentKbBefore;
  const sampler = setInterval(() => (residentKbPeak = Math.max(residentKbPeak, residentKb(pid))), SAMPLE_MS);
  try {
    const result = await work();
    residentKbPeak = Math.max(residentKbPeak, residentKb(pid));
    const use: Use = {
      cpuMicros: cpuMicros(pid) - before.cpu,
      otherMicros: Math.max(0, machineMicros() - before.machine - (sum() - before.measurement)),
      wallMicros: (performance.now() - before.at) * 1000,
      residentKbBefore,
      residentKbPeak,
    };
    return [result, use];
  } finally {
    clearInterval(sampler);
  }
}
