import type { Alive } from './inspector.ts';
import type { Tally } from './clients.ts';

/** What was counted before the load and after it. */
export interface Measured {
  alive: Alive;
  descriptors: number;
  residentMb: number;
}

export interface Soaked {
  minutes: number;
  clients: number;
  before: Measured;
  after: Measured;
  tally: Tally;
  /** Calls of Bedrock for those who hung up. */
  calls: number;
  /** Of these, the ones that were broken off. */
  cancels: number;
  warnings: string[];
}

interface Figure {
  name: string;
  before: string;
  after: string;
  holds: boolean;
}

const MB = 1024 * 1024;
/** Code that was compiled on the way and caches that fill up to their bounds; a leak of one kilobyte a request is far more. */
const MOST_HEAP_GROWTH_MB = 6;
/** Of counts: one scrape, one probe or one log flush may be going on at either time. */
const MOST_MORE = 6;

/** Clients stay long enough that nearly all of their requests have reached Bedrock. */
const LEAST_SHARE_ASKED = 0.99;

/** Each figure with whether it returned to where it was. */
export function figures({ before, after, tally, calls, cancels, warnings }: Soaked): Figure[] {
  const mb = (bytes: number): number => Math.round((bytes / MB) * 10) / 10;
  const count = (name: string, one: number, other: number, most = MOST_MORE): Figure => ({
    name,
    before: String(one),
    after: String(other),
    holds: other - one <= most,
  });
  return [
    count('heap after collection, MB', mb(before.alive.heapBytes), mb(after.alive.heapBytes), MOST_HEAP_GROWTH_MB),
    count(
      'memory outside the heap, MB',
      mb(before.alive.externalBytes),
      mb(after.alive.externalBytes),
      MOST_HEAP_GROWTH_MB,
    ),
    { name: 'resident memory, MB', before: String(before.residentMb), after: String(after.residentMb), holds: true },
    count('file descriptors', before.descriptors, after.descriptors),
    count('living sockets', before.alive.sockets, after.alive.sockets),
    count('open handles', before.alive.handles, after.alive.handles),
    count('timers', before.alive.timers, after.alive.timers),
    count('event listeners', all(before.alive.listeners), all(after.alive.listeners), 20),
    count('abort signals', before.alive.abortSignals, after.alive.abortSignals),
    {
      name: 'hang-ups of clients, and calls of Bedrock for them',
      before: String(tally.hangUps),
      after: String(calls),
      // On a busy machine some have left before the gateway came to ask Bedrock: then it must not ask.
      holds: tally.hangUps > 0 && calls <= tally.hangUps && calls >= tally.hangUps * LEAST_SHARE_ASKED,
    },
    {
      name: 'these calls, and how many of them were cancelled',
      before: String(calls),
      after: String(cancels),
      holds: calls === cancels,
    },
    { name: 'warnings of leaks', before: '0', after: String(warnings.length), holds: warnings.length === 0 },
    {
      name: 'answers neither whole nor marked as failed',
      before: '0',
      after: String(tally.wrong.length),
      holds: tally.wrong.length === 0,
    },
  ];
}

export function report(soaked: Soaked): string {
  const { minutes, clients, tally } = soaked;
  const { answered, refused, broken, hangUps, slowReads } = tally;
  const all = answered + refused + broken + hangUps;
  const rows = figures(soaked).map(
    ({ name, before, after, holds }) => `| ${name} | ${before} | ${after} | ${holds ? 'yes' : '**no**'} |`,
  );
  return [
    `${minutes} minutes, ${clients} clients at a time, ${all} requests: ${answered} answered, ${hangUps} hung up, ` +
      `${broken} broken off by the upstream after some text, ${refused} refused; ${slowReads} of the answers were read slowly.`,
    '',
    '| figure | before | after | holds |',
    '|---|---:|---:|---|',
    ...rows,
    ...newListeners(soaked),
  ].join('\n');
}

function all(listeners: Readonly<Record<string, number>>): number {
  return Object.values(listeners).reduce((sum, count) => sum + count, 0);
}

/** Whose listeners have become more, where some have. */
function newListeners({ before, after }: Soaked): string[] {
  const more = Object.entries(after.alive.listeners)
    .map(([of, count]) => ({ of, count: count - (before.alive.listeners[of] ?? 0) }))
    .filter(({ count }) => count > 0);
  return more.length === 0 ? [] : ['', `More listeners: ${more.map(({ of, count }) => `${of} ${count}`).join(', ')}`];
}
