import { parseArgs } from 'node:util';

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  clients: { type: 'string', default: '24' },
  write: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run test:soak -- [options]

  --minutes N    duration of the load (10); a tenth of it, at least 10 seconds, precedes it as warm-up
  --clients N    concurrent clients (24)
  --write FILE   writes the figures between '<!-- soak -->' and '<!-- /soak -->' of a page, if all checks pass`;

/** Returns the options of the command line. Throws for unknown options. */
export function readOptions(args: string[]) {
  const { values } = parseArgs({ args, options: OPTIONS });
  return { ...values, minutes: Number(values.minutes) || 10, clients: Number(values.clients) || 24 };
}
