import { copyFileSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { REPLICA_KEY } from '../support/replica.ts';
import type { Workshop } from './workshop.ts';

/** How a script of this folder that drives a library is run. */
export interface NodeScript {
  /** The folder `node_modules` that holds its libraries. */
  modules: string;
  /** Name of the file. */
  script: string;
  /** Variables beyond the gateway's address and key. */
  environment: Record<string, string>;
}

/** Runs a script from a folder in which it finds its libraries, and returns the JSON that it prints. */
export async function printedBy(
  workshop: Workshop,
  { modules, script, environment }: NodeScript,
  words: readonly string[],
): Promise<unknown> {
  const file = join(workshop.home, script);
  copyFileSync(join(import.meta.dirname, script), file);
  const link = join(workshop.home, 'node_modules');
  if (!existsSync(link)) symlinkSync(modules, link);
  const { code, stdout, stderr } = await workshop.run(process.execPath, [file, ...words], {
    OPENAI_BASE_URL: `${workshop.url}/v1`,
    OPENAI_API_KEY: REPLICA_KEY,
    ...environment,
  });
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}
