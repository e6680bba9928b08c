import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, Outcome } from './case.ts';
import { sendCase } from './client.ts';
import { metered } from './books.ts';
import type { Ground } from './ground.ts';
import { modelOf } from './routes.ts';
import { callCounts, expected, reaches } from './rules.ts';

export interface Result {
  one: Case;
  expected: Outcome;
  seen: Outcome;
}

/** Time within which a disconnect must reach the upstream. The documented bound is 100 ms on an idle machine. */
const CANCEL_PATIENCE_MS = 2_000;

/**
 * Runs one case on its ground. The process writes log lines in batches, so the access log line arrives later:
 * the result resolves with it, and other cases need not wait.
 */
export async function play(one: Case, ground: Ground): Promise<{ result: Promise<Result> }> {
  const { fault } = one;
  const { gateway } = ground;
  if (fault.before) {
    ground.prepare(one, 'before');
    await sendCase(gateway.origin, { ...one, id: `${one.id}-before` }, modelOf(one), () => Promise.resolve());
  }
  const from = fault.when === 'while running' ? gateway.output.length : 0;
  const before = await gateway.metrics();
  const undo = fault.act && (await ground.act(fault.act));
  ground.prepare(one, 'behave');
  const client = await sendCase(gateway.origin, one, modelOf(one), () => reached(ground));
  const calls = await callsOf(one, ground);
  // The client has left, so only the access log line shows when its request was counted.
  if (fault.client) await gateway.logged(one.id);
  const after = await gateway.metrics();
  const isLogged = fault.log === undefined || (await gateway.prints(fault.log, from));
  await undo?.();
  const result = async (): Promise<Result> => {
    const logged = metered(await gateway.logged(one.id), before, after);
    const seen = { client, calls, metered: `${logged}${isLogged ? '' : `, no log line like ${fault.log}`}` };
    return { one, expected: expected(one), seen };
  };
  return { result: result() };
}

async function reached({ emulators }: Ground): Promise<void> {
  while (emulators[0]!.requests.length === 0) await sleep(10);
}

/** Returns how often each target was called, and whether the call of a disconnected client was cancelled. */
async function callsOf({ fault }: Case, { emulators }: Ground): Promise<string> {
  const counts = emulators.map(({ requests }) => requests.length);
  const counted = callCounts(reaches(fault) ? (counts[0] ?? 0) : 0, counts[1] ?? 0);
  if (!('left' in fault.ends)) return counted;
  const until = performance.now() + CANCEL_PATIENCE_MS;
  const isCancelled = (): boolean => emulators[0]!.requests.some(({ abortedAt }) => abortedAt !== undefined);
  const isOpen = (): boolean => emulators[0]!.stats().openRequests > 0;
  while (isOpen() && performance.now() < until) await sleep(10);
  return isCancelled() ? `${counted}, cancelled` : isOpen() ? `${counted}, still open` : counted;
}
