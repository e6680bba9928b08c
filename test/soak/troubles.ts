import type { Behavior, ScriptedAnswer } from '../../emulator/emulator.ts';
import { MODEL } from '../chaos/client.ts';
import { LONG_MODEL_ID } from './clients.ts';

const EVERY_TIME = 1e9;
const deltas = (count: number): string => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

/** Scripts of the upstream: some deltas for clients that read, endless ones for clients that disconnect. */
export const ANSWERS: readonly ScriptedAnswer[] = [
  { match: LONG_MODEL_ID, text: deltas(1_500), times: EVERY_TIME },
  { text: deltas(60), times: EVERY_TIME },
];

/** Scripts slow answers for clients that disconnect, for the whole run. */
export const ALWAYS: readonly Behavior[] = [
  { kind: 'pace', ms: 10, match: LONG_MODEL_ID },
  { kind: 'slow', ms: 10_000, match: LONG_MODEL_ID, operation: 'converse' },
];

/** Returns the faults of one second, for the answers that are read to the end. */
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
