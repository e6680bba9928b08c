import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/**
 * Signal that ends the profiled gateway. A handler calls `process.exit`, because Node writes no profile after a signal.
 */
export const PROFILE_ENDS_WITH: NodeJS.Signals = 'SIGUSR2';

export function profilingArguments(folder: string): string[] {
  const end = `process.once('${PROFILE_ENDS_WITH}',()=>process.exit(0))`;
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--import', `data:text/javascript,${end}`];
}

const TOP = 30;
/** Functions that do no work: waiting, and the end of the process. */
const NO_WORK = new Set(['(idle)', 'reallyExit']);

/**
 * Renders the profile in a folder as self times by package and function. Ignores the first `skippedMs`: start and
 * warm-up.
 */
export function renderProfile(folder: string, skippedMs: number): string {
  const name = readdirSync(folder).find((file) => file.endsWith('.cpuprofile'));
  if (name === undefined) return `no profile in ${folder}`;
  const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
  const selfMicros = selfMicrosOf(profile, skippedMs);
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  for (const { id, callFrame } of profile.nodes) {
    const micros = selfMicros.get(id) ?? 0;
    if (NO_WORK.has(callFrame.functionName) || micros <= 0) continue;
    const place = placeOf(callFrame.url);
    const called = `${callFrame.functionName || '(anonymous)'} ${place.file}${place.file && `:${callFrame.lineNumber + 1}`}`;
    add(functions, called.trim(), micros);
    add(packages, place.package || nativeOf(callFrame.functionName), micros);
  }
  return [
    `profile: ${join(folder, name)} (open it in Chrome's developer tools or in VS Code)`,
    ...ranked('self time by package', packages),
    ...ranked('self time by function', functions),
  ].join('\n');
}

/** Sums the self time of each node of the profile, in microseconds. */
function selfMicrosOf({ samples, timeDeltas }: CpuProfile, skippedMs: number): Map<number, number> {
  const sums = new Map<number, number>();
  let at = 0;
  for (const [index, id] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0;
    at += micros;
    if (at >= skippedMs * 1_000) sums.set(id, (sums.get(id) ?? 0) + micros);
  }
  return sums;
}

/**
 * Returns the row of a function without a file: `(garbage collector)` and similar by name, all C++ functions together.
 */
function nativeOf(name: string): string {
  return name.startsWith('(') ? name : 'node, native';
}

/** Returns package and file of a URL. Files of the gateway are grouped by module, as `outcrop http`. */
function placeOf(url: string): { package: string; file: string } {
  const [, library, inLibrary] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(url) ?? [];
  if (library !== undefined) return { package: library, file: `${library}/${inLibrary}` };
  const [, file] = /\/dist\/(.*)$/.exec(url) ?? [];
  if (file !== undefined) return { package: `outcrop ${file.includes('/') ? file.split('/', 1)[0] : file}`, file };
  return { package: url.startsWith('node:') ? 'node' : url, file: url };
}

function add(sums: Map<string, number>, name: string, micros: number): void {
  sums.set(name, (sums.get(name) ?? 0) + micros);
}

function ranked(title: string, sums: Map<string, number>): string[] {
  const total = [...sums.values()].reduce((sum, micros) => sum + micros, 0);
  const rows = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, TOP);
  return [
    '',
    `${title} (of ${(total / 1e6).toFixed(2)} s on the CPU)`,
    ...rows.map(([name, micros]) => `${((100 * micros) / total).toFixed(1).padStart(6)} %  ${name}`),
  ];
}
