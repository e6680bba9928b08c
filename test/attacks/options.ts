import { parseArgs } from 'node:util';

const OPTIONS = {
  short: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  write: { type: 'string', default: '' },
  json: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run test:attacks -- [options]

  --short        runs the attacks of CI, in less than 4 minutes
  --only TEXT    runs only attacks whose name, limit or file contains this text
  --write FILE   writes the table between '<!-- attacks -->' and '<!-- /attacks -->' of a page, if all attacks passed
  --json FILE    writes the counts, with Jest's names`;

/** Returns the options of the command line. Throws for unknown options. */
export function readOptions(args: string[]) {
  return parseArgs({ args, options: OPTIONS }).values;
}
