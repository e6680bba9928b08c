import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Only Linux tells the CPU time and the memory of another process in files. */
export const CAN_MEASURE = process.platform === 'linux';

const TICKS_PER_SECOND = CAN_MEASURE ? Number(execFileSync('getconf', ['CLK_TCK']).toString()) || 100 : 100;
const MICROS_PER_TICK = 1e6 / TICKS_PER_SECOND;

/** User and system time of a process with all its threads, in microseconds; in steps of a tick (10 ms). */
export function cpuMicros(pid: number): number {
  if (!CAN_MEASURE) return NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold blanks; behind it the fields are numbered from 3 (man proc_pid_stat).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
}

/** Resident memory in KiB. */
export function residentKb(pid: number): number {
  if (!CAN_MEASURE) return NaN;
  const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kb);
}

/** What all processes of the machine have used, in microseconds. */
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

/** What a process used while something ran. */
export interface Use {
  cpuMicros: number;
  /** Of the machine, by processes that are none of `ours`. */
  otherMicros: number;
  wallMicros: number;
  residentKbBefore: number;
  residentKbPeak: number;
}

const SAMPLE_MS = 200;

/** Watches `pid` while `work` runs; `ours` are the other processes that belong to the measurement. */
export async function watch<T>(pid: number, ours: readonly number[], work: () => Promise<T>): Promise<[T, Use]> {
  const all = [pid, ...ours, process.pid];
  const sum = (): number => all.reduce((total, each) => total + cpuMicros(each), 0);
  const before = { cpu: cpuMicros(pid), ours: sum(), machine: machineMicros(), at: performance.now() };
  const residentKbBefore = residentKb(pid);
  let residentKbPeak = residentKbBefore;
  const sampler = setInterval(() => (residentKbPeak = Math.max(residentKbPeak, residentKb(pid))), SAMPLE_MS);
  try {
    const result = await work();
    residentKbPeak = Math.max(residentKbPeak, residentKb(pid));
    const use: Use = {
      cpuMicros: cpuMicros(pid) - before.cpu,
      otherMicros: Math.max(0, machineMicros() - before.machine - (sum() - before.ours)),
      wallMicros: (performance.now() - before.at) * 1000,
      residentKbBefore,
      residentKbPeak,
    };
    return [result, use];
  } finally {
    clearInterval(sampler);
  }
}
