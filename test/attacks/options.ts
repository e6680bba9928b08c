import { parseArgs } from 'node:util';

const OPTIONS = {
  short: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  write: { type: 'string', default: '' },
  json: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run test:attacks -- [options]

  --short        the attacks that CI runs, in less than 4 minutes
  --only TEXT    only attacks whose name, limit or file contains this
  --write FILE   puts the table between '<!-- attacks -->' and '<!-- /attacks -->' of a page, if all attacks passed
  --json FILE    writes the counts, as Jest names them`;

/** Throws for unknown options. */
export function readOptions(args: string[]) {
  return parseArgs({ args, options: OPTIONS }).values;
}
