/** Kind of load, equal for all contenders. */
export interface Scenario {
  name: string;
  title: string;
  streams: boolean;
  /** Number of connections, each with one request at a time. */
  concurrency: number;
  /** Size of the request body. */
  bytes: number;
  /** Number of deltas of the answer. A plain answer has the same length. */
  deltas: number;
  /** Milliseconds between deltas; 0 for no pause. */
  gapMs: number;
  /** True if each connection sends one request and all streams overlap, to measure the memory of open streams. */
  holds: boolean;
  /** Milliseconds over which the connections are opened. */
  rampMs: number;
  /** True if the scenario is also part of short runs. */
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

/** Scenarios that run only with `--only`. */
const ON_REQUEST = new Set(['slow-200', 'slow-4000']);

export function chosenScenarios(form: 'short' | 'full', only: readonly string[]): Scenario[] {
  if (only.length > 0) return SCENARIOS.filter(({ name }) => only.some((wanted) => isChosen(name, wanted)));
  return SCENARIOS.filter(({ name, short }) => (form === 'short' ? short : !ON_REQUEST.has(name)));
}

/** Returns true if `wanted` is the name of the scenario, or a prefix that is not itself a name. */
function isChosen(name: string, wanted: string): boolean {
  const isWholeName = SCENARIOS.some((scenario) => scenario.name === wanted);
  return isWholeName ? name === wanted : name.startsWith(wanted);
}
