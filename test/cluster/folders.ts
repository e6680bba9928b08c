import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The repository whose chart and images are tested. */
export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** Returns the folder of programs, images and the state of a running cluster, outside of the repository. */
export function clusterFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['CLUSTER_DIR'] ?? join(cache, 'outcrop-cluster');
}
