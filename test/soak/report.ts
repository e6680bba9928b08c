import type { Alive } from './inspector.ts';
import type { Tally } from './clients.ts';

/** Figures before and after the load. */
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
  /** Bedrock calls for clients that disconnected. */
  calls: number;
  /** The cancelled ones among them. */
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
/** Allowance for compiled code and bounded caches; a leak of one kilobyte per request would be far more. */
const MOST_HEAP_GROWTH_MB = 6;
/** Allowance for counts: one scrape, probe or log flush may be in progress at either time. */
const MOST_MORE = 6;

/** Clients stay long enough that nearly all of their requests reach Bedrock. */
const LEAST_SHARE_ASKED = 0.99;

/** Returns each figure with true if it returned to its initial value. */
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
      name: 'disconnected clients, and Bedrock calls for them',
      before: String(tally.hangUps),
      after: String(calls),
      // On a busy machine some clients disconnect before the call of Bedrock; then the gateway must not call.
      holds: tally.hangUps > 0 && calls <= tally.hangUps && calls >= tally.hangUps * LEAST_SHARE_ASKED,
    },
    {
      name: 'these calls, and how many of them were cancelled',
      before: String(calls),
      after: String(cancels),
      holds: calls === cancels,
    },
    { name: 'leak warnings', before: '0', after: String(warnings.length), holds: warnings.length === 0 },
    {
      name: 'answers neither complete nor marked as failed',
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
    `${minutes} minutes, ${clients} concurrent clients, ${all} requests: ${answered} answered, ${hangUps} disconnected, ` +
      `${broken} interrupted by the upstream after some text, ${refused} rejected; ${slowReads} of the answers were read slowly.`,
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

/** Returns a line about listeners whose number has grown; empty if there are none. */
function newListeners({ before, after }: Soaked): string[] {
  const more = Object.entries(after.alive.listeners)
    .map(([of, count]) => ({ of, count: count - (before.alive.listeners[of] ?? 0) }))
    .filter(({ count }) => count > 0);
  return more.length === 0 ? [] : ['', `More listeners: ${more.map(({ of, count }) => `${of} ${count}`).join(', ')}`];
}
