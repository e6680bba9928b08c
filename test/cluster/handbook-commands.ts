import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markedBlocks } from '../deploy/handbook.ts';
import type { Cluster } from './cluster.ts';
import { valuesForTest } from './release-values.ts';

/**
 * Runs the commands of the handbook under `<!-- cluster: NAME -->` unchanged, in the namespace of the test. They read
 * `input` and find the chart and `production.yaml` in their folder. Resolves with their output; throws if one fails.
 */
export async function runHandbookCommands(cluster: Cluster, name: string, input = ''): Promise<string> {
  const block = markedBlocks('cluster').find(({ value }) => value === name);
  if (block === undefined) throw new Error(`docs/operations.md has no commands ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-handbook-'));
  try {
    symlinkSync(join(cluster.repository, 'helm'), join(folder, 'helm'));
    writeFileSync(join(folder, 'production.yaml'), JSON.stringify(await valuesForTest(cluster)));
    return await cluster.shell(block.code, folder, input);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
