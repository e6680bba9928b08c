import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Returns half of the container's memory up to 4 GiB, as V8 does for the old generation (measured with Node 24: 512 MiB
 * of 1 GiB).
 */
const HEAP_SHARE = 0.5;
const ENTER = 'echo $$ > "$0/cgroup.procs" && exec "$@"';

/** The mechanism that limits the memory of a gateway like a container. */
export interface MemoryLimit {
  bytes: number;
  /** Description for the report. */
  description: string;
  /** True if the kernel enforces the limit; otherwise the watcher ends a process that exceeds it. */
  isEnforced: boolean;
  /** Command that enters the cgroup and replaces itself with its arguments; see `StartOptions.launcher`. */
  launcher: readonly string[];
  nodeArguments: readonly string[];
  /** Removes the cgroup; its processes must have ended. */
  remove(): Promise<void>;
}

/**
 * Creates a cgroup with this limit if this machine allows it. Node derives its heap size from the limit only if it
 * starts inside.
 */
export function memoryLimit(bytes: number): MemoryLimit {
  for (const { parent, version } of candidates()) {
    const folder = join(parent, `outcrop-attacks-${process.pid}-${counter++}`);
    if (create(folder, version, bytes)) {
      return {
        bytes,
        description: `cgroup v${version}`,
        isEnforced: true,
        launcher: ['/bin/sh', '-c', ENTER, folder],
        nodeArguments: [],
        remove: () => removed(folder),
      };
    }
  }
  const heapMb = Math.floor((bytes * HEAP_SHARE) / 2 ** 20);
  return {
    bytes,
    description: `a watcher (no cgroup can be created here) and --max-old-space-size=${heapMb}`,
    isEnforced: false,
    launcher: [],
    nodeArguments: [`--max-old-space-size=${heapMb}`],
    remove: async () => undefined,
  };
}

let counter = 0;

type Version = 1 | 2;

/**
 * Returns folders that may hold the new cgroup: the cgroup of this process, and its parent in v2, where a cgroup with
 * processes may not have children.
 */
function candidates(): { parent: string; version: Version }[] {
  const own = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8').split('\n') : [];
  const found: { parent: string; version: Version }[] = [];
  for (const line of own) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (controllers!.split(',').includes('memory')) {
      const mount = '/sys/fs/cgroup/memory';
      // In a container the path is the host's, while the mount shows the container's cgroup as the root.
      found.push({ parent: join(mount, path), version: 1 }, { parent: mount, version: 1 });
    } else if (controllers === '') {
      const folder = join('/sys/fs/cgroup', path);
      found.push({ parent: folder, version: 2 }, { parent: dirname(folder), version: 2 });
    }
  }
  return found.filter(({ parent, version }) => hasMemoryController(parent, version));
}

function hasMemoryController(parent: string, version: Version): boolean {
  if (version === 1) return existsSync(join(parent, 'memory.limit_in_bytes')) || existsSync(join(parent, 'tasks'));
  const control = join(parent, 'cgroup.subtree_control');
  if (!existsSync(control)) return false;
  if (!readFileSync(control, 'utf8').includes('memory')) writes(control, '+memory');
  return readFileSync(control, 'utf8').includes('memory');
}

/** Returns true if the cgroup exists, has the limit, and a process can enter it. */
function create(folder: string, version: Version, bytes: number): boolean {
  try {
    mkdirSync(folder);
  } catch {
    return false;
  }
  const limited = writes(join(folder, version === 1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
  // Without it, a machine with swap would slow down instead of ending the process.
  if (version === 1) writes(join(folder, 'memory.memsw.limit_in_bytes'), String(bytes));
  else writes(join(folder, 'memory.swap.max'), '0');
  if (limited && spawnSync('/bin/sh', ['-c', ENTER, folder, '/bin/true'], { stdio: 'ignore' }).status === 0)
    return true;
  rmdirSync(folder);
  return false;
}

function writes(file: string, text: string): boolean {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
}

async function removed(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      rmdirSync(folder);
      return;
    } catch {
      // A process that has just ended remains listed for a moment.
      await sleep(20);
    }
  }
}
