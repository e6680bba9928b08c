import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, type AttackTarget } from '../attack.ts';
import { send, sendAll, type Sent } from '../send.ts';

/** Not the model of the second key, so that only the attacker's calls are slow and counted. */
const SLOW_MODEL = 'nova-lite';
const SLOTS_PER_KEY = 16;
const CONNECTIONS = 20;
/** The maximum: more choices are rejected with 400. */
const MOST_CHOICES = 16;
const OVERLOAD = {
  maxInFlight: 64,
  maxInFlightPerKey: SLOTS_PER_KEY,
  maxQueuedRequestsPerKey: 128,
  queueTimeoutMs: 60_000,
};

/** Counts the emulator's open calls while `work` runs. Resolves with the maximum. */
async function mostOpen({ emulator }: AttackTarget, work: Promise<unknown>): Promise<number> {
  const watching = new AbortController();
  void work.finally(() => watching.abort()).catch(() => undefined);
  let most = 0;
  while (!watching.signal.aborted) {
    most = Math.max(most, (await emulator.stats()).openRequests);
    await sleep(20);
  }
  return most;
}

/** Returns the violations: calls beyond the slots of both keys, and requests without an answer. */
function violationsOf(most: number, sent: readonly Sent[], expected: (one: Sent) => boolean): string[] {
  const wrong = sent.find((one) => !expected(one));
  return [
    // One more call is open for the second key, and one may not have ended in the emulator yet.
    ...(most > SLOTS_PER_KEY + 2 ? [`${most} concurrent Bedrock calls, the key has ${SLOTS_PER_KEY} slots`] : []),
    ...(wrong === undefined ? [] : [`a request got ${wrong.status}: ${wrong.text.slice(0, 200)}`]),
  ];
}

function fanOut(stream: boolean): Attack['run'] {
  return async (target) => {
    await target.emulator.behave([{ kind: 'slow', ms: 20, before: 'headers', match: SLOW_MODEL }]);
    const body = {
      model: SLOW_MODEL,
      max_tokens: 5,
      n: MOST_CHOICES,
      stream,
      messages: [{ role: 'user', content: 'Hello' }],
    };
    const sending = sendAll(CONNECTIONS, CONNECTIONS, () =>
      send(target, '/v1/chat/completions', { body, key: target.attackerKey }),
    );
    const most = await mostOpen(target, sending);
    return violationsOf(
      most,
      await sending,
      ({ status, text }) => status === 200 && (!stream || text.includes('[DONE]')),
    );
  };
}

export const attacks: readonly Attack[] = [
  {
    name: '16 choices on each of 20 connections',
    limit: 'admission slots of a key: overload.maxInFlightPerKey',
    settings: { overload: OVERLOAD },
    short: true,
    maxCpuSeconds: 10,
    run: fanOut(false),
  },
  {
    name: '16 streamed choices on each of 20 connections',
    limit: 'admission slots of a key: overload.maxInFlightPerKey',
    settings: { overload: OVERLOAD },
    maxCpuSeconds: 20,
    run: fanOut(true),
  },
  {
    name: '2,048 texts to embed on each of 20 connections',
    limit: 'admission slots of a key: overload.maxInFlightPerKey',
    settings: { overload: OVERLOAD },
    maxCpuSeconds: 90,
    async run(target) {
      const body = { model: 'titan-embed-text-v2', dimensions: 256, input: Array.from({ length: 2_048 }, () => 'x') };
      // The clients disconnect after ten seconds; the gateway must not make the rest of their calls.
      const sending = sendAll(CONNECTIONS, CONNECTIONS, () =>
        send(target, '/v1/embeddings', { body, key: target.attackerKey, timeoutMs: 10_000 }),
      );
      const most = await mostOpen(target, sending);
      const found = violationsOf(most, await sending, ({ status }) => status === 200 || status === 0);
      await sleep(1_000);
      const before = (await target.emulator.stats()).byOperation['invoke'];
      await sleep(500);
      const after = (await target.emulator.stats()).byOperation['invoke'];
      return before === after ? found : [...found, 'calls continue after the clients have disconnected'];
    },
  },
];
