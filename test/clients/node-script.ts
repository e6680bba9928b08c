import { copyFileSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { REPLICA_KEY } from '../support/replica.ts';
import type { Workshop } from './workshop.ts';

/** Options for a script of this folder that runs a library. */
export interface NodeScript {
  /** The folder `node_modules` with its libraries. */
  modules: string;
  /** Name of the file. */
  script: string;
  /** Variables in addition to the gateway's address and key. */
  environment: Record<string, string>;
}

/** Runs a script in a folder that contains its libraries, and returns the JSON that it prints. */
export async function printedBy(
  workshop: Workshop,
  { modules, script, environment }: NodeScript,
  scriptArguments: readonly string[],
): Promise<unknown> {
  const file = join(workshop.home, script);
  copyFileSync(join(import.meta.dirname, script), file);
  const link = join(workshop.home, 'node_modules');
  if (!existsSync(link)) symlinkSync(modules, link);
  const { code, stdout, stderr } = await workshop.run(process.execPath, [file, ...scriptArguments], {
    OPENAI_BASE_URL: `${workshop.url}/v1`,
    OPENAI_API_KEY: REPLICA_KEY,
    ...environment,
  });
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}
