import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Identifies a state of a file. It changes when another file replaces the file, when symbolic links to it change (as in
 * Kubernetes), and when a rewrite restores the modification time. The value is `missing` if the file does not exist.
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
