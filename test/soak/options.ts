import { parseArgs } from 'node:util';

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  clients: { type: 'string', default: '24' },
  write: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

export const USAGE = `npm run test:soak -- [options]

  --minutes N    how long the load lasts (10); a tenth of it, at least 10 seconds, goes before as warm-up
  --clients N    clients at a time (24)
  --write FILE   puts the figures between '<!-- soak -->' and '<!-- /soak -->' of a page, where all holds`;

/** Throws for options that there are not. */
export function readOptions(args: string[]) {
  const { values } = parseArgs({ args, options: OPTIONS });
  return { ...values, minutes: Number(values.minutes) || 10, clients: Number(values.clients) || 24 };
}
