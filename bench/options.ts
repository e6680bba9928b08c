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

  --short           measures the main scenarios once, in about 25 seconds; fails only if requests fail
  --only a,b        measures only these scenarios, by name or prefix ('chat', 'slow-4000')
  --rounds N        measures each scenario N times and prints the median (default 1; with --floor 3)
  --seconds S       duration of each measurement in seconds (default 3; with --short 1)
  --floor           also measures the floor of ../shared/bench, if that exists, and prints ratios to it
  --frame           also measures the libraries of the gateway with minimal code; plain requests only
  --upstream WHAT   emulator, mock (of ../shared/bench, faster) or a URL (default emulator; with --floor mock)
  --key, --model    API key of the gateway, and model of the requests
  --profile         writes a CPU profile of the gateway and prints self times
  --json FILE       writes the figures
  --compare FILE    prints ratios to the figures of an earlier run
  --write FILE      writes the table between '<!-- table -->' and '<!-- /table -->' of a page
  --record          measures only allocation, and writes it to bench/baseline.json`;

export interface BenchOptions {
  short: boolean;
  floor: boolean;
  frame: boolean;
  profile: boolean;
  record: boolean;
  help: boolean;
  /** Names or prefixes of scenarios. Empty: all. */
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

/** Parses the command line. Throws for unknown options. */
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
