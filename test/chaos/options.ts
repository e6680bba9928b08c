import { parseArgs } from 'node:util';

const OPTIONS = {
  short: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  write: { type: 'string', default: '' },
  json: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run test:chaos -- [options]

  --short        runs one case for each kind of failure, in less than 90 seconds
  --only TEXT    runs only faults whose name, time or stage contains this text
  --write FILE   writes the table between '<!-- chaos -->' and '<!-- /chaos -->' of a page, if all cases passed
  --json FILE    writes the counts, with Jest's names`;

/** Returns the options of the command line. Throws for unknown options. */
export function readOptions(args: string[]) {
  return parseArgs({ args, options: OPTIONS }).values;
}
