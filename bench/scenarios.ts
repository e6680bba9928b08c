/** One kind of work, the same for everybody who is measured. */
export interface Scenario {
  name: string;
  title: string;
  streams: boolean;
  /** Connections, each with one request at a time. */
  concurrency: number;
  /** Size of the request's body. */
  bytes: number;
  /** Pieces of the answer; a plain answer is as long. */
  deltas: number;
  /** Milliseconds between the deltas; 0: as fast as they go. */
  gapMs: number;
  /**
   * Each connection asks once and its streams overlap: what counts is the memory of an open stream, in a process
   * that has just been started.
   */
  holds: boolean;
  /** Milliseconds over which the connections are opened. */
  rampMs: number;
  /** Also in the short form. */
  short: boolean;
}

const SMALL = 1_000;
const LONG = 200_000;

const plain = (concurrency: number, bytes = SMALL) => ({ streams: false, concurrency, bytes, deltas: 60, gapMs: 0 });
const stream = (concurrency: number, gapMs: number) => ({
  streams: true,
  concurrency,
  bytes: SMALL,
  deltas: 200,
  gapMs,
});
const once = { holds: false, rampMs: 0 };
const hold = (concurrency: number) => ({
  streams: true,
  concurrency,
  bytes: SMALL,
  deltas: 20,
  gapMs: 500,
  holds: true,
  rampMs: concurrency * 3,
});

export const SCENARIOS: readonly Scenario[] = [
  { name: 'chat-1', title: 'plain, 1 at a time', ...plain(1), ...once, short: true },
  { name: 'chat-16', title: 'plain, 16', ...plain(16), ...once, short: true },
  { name: 'chat-64', title: 'plain, 64', ...plain(64), ...once, short: false },
  { name: 'stream-1', title: 'stream of 200 in a burst, 1', ...stream(1, 0), ...once, short: false },
  { name: 'stream-16', title: 'stream of 200 in a burst, 16', ...stream(16, 0), ...once, short: true },
  {
    name: 'paced-16',
    title: 'stream of 200, 10 ms apart, 16',
    ...stream(16, 10),
    holds: false,
    rampMs: 500,
    short: true,
  },
  { name: 'long-1', title: '200 KB conversation, 1', ...plain(1, LONG), ...once, short: false },
  { name: 'long-16', title: '200 KB conversation, 16', ...plain(16, LONG), ...once, short: true },
  { name: 'slow-200', title: '200 slow streams', ...hold(200), deltas: 5, short: true },
  { name: 'slow-1000', title: '1,000 slow streams', ...hold(1_000), short: false },
  { name: 'slow-4000', title: '4,000 slow streams', ...hold(4_000), short: false },
];

/** Not in a run unless asked for: it takes long and a machine that can hold it. */
const ON_REQUEST = new Set(['slow-200', 'slow-4000']);

export function chosenScenarios(form: 'short' | 'full', only: readonly string[]): Scenario[] {
  if (only.length > 0) return SCENARIOS.filter(({ name }) => only.some((wanted) => isMeant(name, wanted)));
  return SCENARIOS.filter(({ name, short }) => (form === 'short' ? short : !ON_REQUEST.has(name)));
}

/** `chat-1` is one scenario, `chat` all that begin so. */
function isMeant(name: string, wanted: string): boolean {
  const isWholeName = SCENARIOS.some((scenario) => scenario.name === wanted);
  return isWholeName ? name === wanted : name.startsWith(wanted);
}
