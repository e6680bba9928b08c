import { execFile } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BLOCK = Buffer.alloc(4_096, 1);

/** A file system of a few megabytes that a test can fill. */
export interface SmallDisk {
  path: string;
  /** Writes a file until no block is free. */
  fill(): void;
  /** Removes the file of `fill`. */
  free(): void;
  unmount(): Promise<void>;
}

/**
 * Mounts a file system that belongs to the owner of `ownedLike`. Returns undefined, with a printed line, where the test may
 * not mount.
 */
export async function mountSmallDisk(megabytes: number, ownedLike = tmpdir()): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'outcrop-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path]);
  } catch (error) {
    console.warn(`Cases of a full disk are skipped: a tmpfs cannot be mounted: ${(error as Error).message}`);
    await rm(path, { recursive: true });
    return undefined;
  }
  const { uid, gid } = statSync(ownedLike);
  await chown(path, uid, gid);
  await chmod(path, 0o700);
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: () => fillWith(ballast),
    free: () => rmSync(ballast, { force: true }),
    unmount: async () => {
      await run('umount', ['-l', path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}

function fillWith(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (;;) writeSync(file, BLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
