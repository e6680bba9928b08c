import { parseArgs } from 'node:util';
import { STEP_NAMES, type StepName } from './step.ts';

const OPTIONS = {
  short: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  down: { type: 'boolean', default: false },
  prepare: { type: 'boolean', default: false },
  cached: { type: 'boolean', default: false },
  context: { type: 'string', default: '' },
  load: { type: 'string', default: '' },
  images: { type: 'string', default: '' },
  previous: { type: 'string', default: '' },
  write: { type: 'string', default: '' },
  json: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run test:cluster -- [options] [STEP…]

  STEP…            runs only these steps: ${STEP_NAMES.join(', ')}
  --short          runs the steps of the short form, in less than five minutes with warm caches
  --keep           leaves the cluster running, for the next run and for kubectl
  --down           ends a cluster that was kept, and runs no step
  --prepare        builds the programs and the images (about 35 minutes the first time), and runs no step
  --cached         skips the run if programs of the cluster are not in the cache
  --context NAME   uses the existing cluster of this context in KUBECONFIG, and drains one of its nodes
  --load COMMAND   loads an image archive, the last argument, into an existing cluster; known for kind and k3d
  --images PREFIX  uses PREFIX/outcrop:test, :next, PREFIX/outcrop-emulator:test, PREFIX/redis:1 and
                   PREFIX/postgres:1 of a registry
  --previous REF   upgrades from the version of this commit; default the newest tag v*, or the former chart
  --write FILE     writes the table between '<!-- cluster -->' and '<!-- /cluster -->' of a page, if all steps passed
  --json FILE      writes the counts, with Jest's names`;

export interface ClusterOptions {
  context: string;
  load: string;
  images: string;
}

/** Returns the options of the command line. Throws for unknown options and steps. */
export function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const isStep = (name: string): name is StepName => (STEP_NAMES as readonly string[]).includes(name);
  const unknown = positionals.filter((name) => !isStep(name));
  if (unknown.length > 0) throw new Error(`no step has the name ${unknown.join(', ')}. ${USAGE}`);
  return { ...values, steps: positionals.filter(isStep) };
}
