import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Tells one state of a file from another: also after a rename over it, after a swap of the symbolic links that lead to
 * it (as Kubernetes does it), and after a rewrite that sets the old time. `missing` when there is none.
 */
export type FileStamp = string;

export async function stampOf(path: string): Promise<FileStamp> {
  return stat(path, { bigint: true }).then(stampFrom, () => 'missing');
}

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
