import { parseArgs } from 'node:util';

const OPTIONS = {
  short: { type: 'boolean', default: false },
  floor: { type: 'boolean', default: false },
  frame: { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  record: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  rounds: { type: 'string', default: '' },
  seconds: { type: 'string', default: '' },
  upstream: { type: 'string', default: '' },
  key: { type: 'string', default: '' },
  model: { type: 'string', default: '' },
  json: { type: 'string', default: '' },
  compare: { type: 'string', default: '' },
  write: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run bench -- [options]

  --short           about 25 seconds: the main scenarios once; fails on nothing but errors
  --only a,b        only these scenarios, by name or beginning ('chat', 'slow-4000')
  --rounds N        measure each scenario N times in turn and tell the median (1; with --floor 3)
  --seconds S       how long each measurement takes (3)
  --floor           also the floor of the common bench, where that is beside the project, with ratios to it
  --frame           also the libraries that the gateway is built of, with next to nothing in them; plain requests only
  --upstream WHAT   emulator, mock (of the common bench, faster) or the URL of another Bedrock (emulator; with --floor mock)
  --key, --model    the API key that the gateway shall know, the model that is asked for
  --profile         leaves a CPU profile of the gateway and prints where the time goes
  --json FILE       writes the figures
  --compare FILE    ratios to the figures of an earlier run
  --write FILE      puts the table between '<!-- table -->' and '<!-- /table -->' of a page
  --record          measures allocation, and nothing else, and keeps it in bench/baseline.json`;

export interface BenchOptions {
  short: boolean;
  floor: boolean;
  frame: boolean;
  profile: boolean;
  record: boolean;
  help: boolean;
  /** Names of scenarios or their beginnings; none: all. */
  only: string[];
  rounds: number;
  seconds: number;
  upstream: string;
  key: string;
  model: string;
  json: string;
  compare: string;
  write: string;
}

/** Throws for options that there are not. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({ args, options: OPTIONS });
  return {
    ...values,
    only: values.only === '' ? [] : values.only.split(','),
    rounds: Number(values.rounds) || (values.floor ? 3 : 1),
    seconds: Number(values.seconds) || (values.short ? 1 : 3),
    upstream: values.upstream || (values.floor ? 'mock' : 'emulator'),
    key: values.key || 'sk-bench',
    model: values.model || 'claude-haiku-4-5',
  };
}
