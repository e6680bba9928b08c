import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, Outcome } from './case.ts';
import { ask } from './client.ts';
import { metered } from './books.ts';
import type { Ground } from './ground.ts';
import { modelOf } from './routes.ts';
import { asked, expected, reaches } from './rules.ts';

export interface Result {
  one: Case;
  expected: Outcome;
  seen: Outcome;
}

/** A hang-up has to have reached the upstream after so long; the bound that users are promised is 100 ms, on a machine of its own. */
const CANCEL_PATIENCE_MS = 2_000;

/**
 * Plays one case on its ground. What it was logged as is known a little later, since lines leave the process in
 * batches: the result resolves with it, and other cases need not wait.
 */
export async function play(one: Case, ground: Ground): Promise<{ result: Promise<Result> }> {
  const { fault } = one;
  const { gateway } = ground;
  if (fault.before) {
    ground.prepare(one, 'before');
    await ask(gateway.origin, { ...one, id: `${one.id}-before` }, modelOf(one), () => Promise.resolve());
  }
  const from = fault.when === 'in the run' ? gateway.output.length : 0;
  const before = await gateway.metrics();
  const undo = fault.act && (await ground.act(fault.act));
  ground.prepare(one, 'behave');
  const client = await ask(gateway.origin, one, modelOf(one), () => reached(ground));
  const askedWords = await askedOf(one, ground);
  // Nobody tells a client that has left when its request was counted.
  if (fault.client) await gateway.logged(one.id);
  const after = await gateway.metrics();
  const told = fault.told === undefined || (await gateway.says(fault.told, from));
  await undo?.();
  const result = async (): Promise<Result> => {
    const words = metered(await gateway.logged(one.id), before, after);
    const seen = { client, asked: askedWords, metered: `${words}${told ? '' : `, nothing said like ${fault.told}`}` };
    return { one, expected: expected(one), seen };
  };
  return { result: result() };
}

async function reached({ emulators }: Ground): Promise<void> {
  while (emulators[0]!.requests.length === 0) await sleep(10);
}

/** How often each target was asked, and whether a client that left was followed. */
async function askedOf({ fault }: Case, { emulators }: Ground): Promise<string> {
  const counts = emulators.map(({ requests }) => requests.length);
  const words = asked(reaches(fault) ? (counts[0] ?? 0) : 0, counts[1] ?? 0);
  if (!('left' in fault.ends)) return words;
  const until = performance.now() + CANCEL_PATIENCE_MS;
  const isCancelled = (): boolean => emulators[0]!.requests.some(({ abortedAt }) => abortedAt !== undefined);
  const isOpen = (): boolean => emulators[0]!.stats().openRequests > 0;
  while (isOpen() && performance.now() < until) await sleep(10);
  return isCancelled() ? `${words}, cancelled` : isOpen() ? `${words}, still open` : words;
}
