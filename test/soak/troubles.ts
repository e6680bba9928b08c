import type { Behavior, ScriptedAnswer } from '../../emulator/emulator.ts';
import { MODEL } from '../chaos/client.ts';
import { LONG_MODEL_ID } from './clients.ts';

const EVERY_TIME = 1e9;
const words = (count: number): string => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

/** What the upstream says: some deltas to those who read, more than can be read in a second to those who leave. */
export const ANSWERS: readonly ScriptedAnswer[] = [
  { match: LONG_MODEL_ID, text: words(1_500), times: EVERY_TIME },
  { text: words(60), times: EVERY_TIME },
];

/** For the whole soak: the answers of those who leave take their time. */
export const ALWAYS: readonly Behavior[] = [
  { kind: 'pace', ms: 10, match: LONG_MODEL_ID },
  { kind: 'slow', ms: 10_000, match: LONG_MODEL_ID, operation: 'converse' },
];

/** What goes wrong in a second, for the answers that are read to their end. */
export function troubles(second: number): Behavior[] {
  const all: Behavior[] = [
    { kind: 'throttle' },
    { kind: 'stream-error', name: 'internalServerException', afterDeltas: 5 },
    { kind: 'cut', afterDeltas: 5 },
    { kind: 'refuse', name: 'ServiceUnavailableException' },
    { kind: 'truncate', afterDeltas: 20 },
    { kind: 'reset' },
    { kind: 'corrupt', afterDeltas: 5 },
    { kind: 'first-frame-error', name: 'throttlingException' },
    { kind: 'half-frame', afterDeltas: 5 },
    { kind: 'reply', status: 502, body: '<h1>Bad gateway</h1>' },
    { kind: 'stall', afterDeltas: 5 },
    { kind: 'reset', afterDeltas: 5 },
  ];
  const some = [0, 1, 2].map((step) => all[(second * 3 + step) % all.length]!);
  return some.map((one) => ({ ...one, times: 2, match: MODEL }));
}
