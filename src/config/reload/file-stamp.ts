import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Identifies a state of a file. It changes after a rename over the file, after a change of symbolic links that lead to it
 * (as in Kubernetes), and after a rewrite that restores the modification time. `missing` if the file does not exist.
 */
export type FileStamp = string;

/** Returns the stamp of a file. */
export async function stampOf(path: string): Promise<FileStamp> {
  return stat(path, { bigint: true }).then(stampFrom, () => 'missing');
}

/** Returns the stamp of a file synchronously. */
export function stampNow(path: string): FileStamp {
  try {
    return stampFrom(statSync(path, { bigint: true }));
  } catch {
    return 'missing';
  }
}

function stampFrom({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileStamp {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}
