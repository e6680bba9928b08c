import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clusterFolder, REPOSITORY } from './folders.ts';
import { archivePath, buildMissingImages } from './image-archives.ts';
import { handbookValues } from './release-values.ts';

interface PreviousVersion {
  commit: string;
  chart: string;
  /** The values file of its handbook. */
  values: string;
  /** Path of the archive with the image `outcrop:previous`. */
  archive: string;
}

/**
 * Checks out the previous version into the cache, and builds its image. The version is `reference`, or else the newest tag
 * `v*`. Without tags, it is the commit before the last change of the chart.
 */
export function previousVersion(reference: string): PreviousVersion {
  const commit = git('rev-parse', '--short=12', `${reference || newestTag() || beforeLastChange()}^{commit}`);
  const folder = join(clusterFolder(), 'previous', commit);
  if (!existsSync(join(folder, 'package.json'))) {
    mkdirSync(folder, { recursive: true });
    execFileSync('sh', ['-ec', 'git -C "$0" archive "$1" | tar -x -C "$2"', REPOSITORY, commit, folder]);
  }
  buildMissingImages(['previous'], folder);
  return {
    commit,
    chart: join(folder, 'helm/outcrop'),
    values: handbookValues(join(folder, 'docs/operations.md')),
    archive: archivePath('previous'),
  };
}

function newestTag(): string {
  return git('tag', '--list', 'v*', '--sort=-version:refname', '--merged').split('\n')[0] ?? '';
}

function beforeLastChange(): string {
  const changed = git('log', '-1', '--first-parent', '--format=%H', '--', 'helm/outcrop');
  if (changed === '') throw new Error('no tag v* and no history of the chart: name a commit with --previous');
  return `${changed}^`;
}

function git(...args: string[]): string {
  return execFileSync('git', ['-C', REPOSITORY, ...args], { encoding: 'utf8' }).trim();
}
