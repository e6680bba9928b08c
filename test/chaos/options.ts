import { parseArgs } from 'node:util';

const OPTIONS = {
  short: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  write: { type: 'string', default: '' },
  json: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run test:chaos -- [options]

  --short        one case for each kind of failure, in less than 90 seconds
  --only TEXT    only faults whose name, time or stage contains this
  --write FILE   puts the table between '<!-- chaos -->' and '<!-- /chaos -->' of a page, where all passed
  --json FILE    writes the counts, as Jest names them`;

/** Throws for options that there are not. */
export function readOptions(args: string[]) {
  return parseArgs({ args, options: OPTIONS }).values;
}
