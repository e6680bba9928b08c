import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { MODEL } from '../chaos/client.ts';
import { API_KEY } from '../support/gateway-process.ts';

/** The model of long answers that never fail, so that disconnecting leaves a running Bedrock call. */
export const LONG_MODEL = 'claude-sonnet-4-6';
/** A part of its Bedrock id. */
export const LONG_MODEL_ID = 'claude-sonnet-4-6';

/** Outcomes of the requests of a soak run. */
export interface Tally {
  answered: number;
  refused: number;
  broken: number;
  hangUps: number;
  slowReads: number;
  /** Faulty answers: neither complete nor marked as failed. */
  wrong: string[];
}

export const emptyTally = (): Tally => ({ answered: 0, refused: 0, broken: 0, hangUps: 0, slowReads: 0, wrong: [] });

const HANG_UP_SHARE = 0.3;
const SLOW_SHARE = 0.1;
const STREAMED_SHARE = 0.6;
/** By then the Bedrock call is in progress, and its answer is far from its end. */
const LEAVE_AFTER_MS = { least: 400, most: 1_200 };

export interface SoakClients {
  origin: string;
  clients: number;
  seconds: number;
  random: () => number;
}

/** Runs this many clients for this time. Resolves when the last one is done and has closed its connections. */
export async function soak({ origin, clients, seconds, random }: SoakClients): Promise<Tally> {
  const tally = emptyTally();
  const pool = new Agent({ connections: clients * 2, pipelining: 1 });
  const until = performance.now() + seconds * 1_000;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const streamed = random() < STREAMED_SHARE;
      const dice = random();
      const one: OneRequest = { origin, pool, streamed, tally };
      if (dice < HANG_UP_SHARE) await hangUp(one, random());
      else await readToTheEnd(one, dice < HANG_UP_SHARE + SLOW_SHARE);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  await pool.destroy();
  return tally;
}

interface OneRequest {
  origin: string;
  pool: Agent;
  streamed: boolean;
  tally: Tally;
}

function send({ origin, pool, streamed }: OneRequest, model: string, signal?: AbortSignal) {
  return request(`${origin}/v1/chat/completions`, {
    dispatcher: pool,
    method: 'POST',
    signal,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      max_tokens: 4_000,
      messages: [{ role: 'user', content: 'Hello' }],
      stream: streamed,
    }),
  });
}

async function hangUp(one: OneRequest, share: number): Promise<void> {
  const abort = new AbortController();
  const { least, most } = LEAVE_AFTER_MS;
  const timer = setTimeout(() => abort.abort(), least + share * (most - least));
  const outcome = await send(one, LONG_MODEL, abort.signal)
    .then(({ body }) => body.text())
    .catch(() => undefined);
  clearTimeout(timer);
  if (outcome === undefined) one.tally.hangUps += 1;
  else one.tally.wrong.push(`the answer completed before the client disconnected: ${outcome.slice(0, 200)}`);
}

async function readToTheEnd(one: OneRequest, slowly: boolean): Promise<void> {
  try {
    const { statusCode, body } = await send(one, MODEL);
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (slowly) await sleep(20);
    }
    if (slowly) one.tally.slowReads += 1;
    judge(one, statusCode, text);
  } catch (error) {
    one.tally.wrong.push(String(error));
  }
}

function judge({ streamed, tally }: OneRequest, status: number, text: string): void {
  if (status !== 200) {
    if (text.includes('"error"')) tally.refused += 1;
    else tally.wrong.push(`${status} without an error object: ${text.slice(0, 200)}`);
    return;
  }
  const failed = text.includes('data: {"error"');
  const whole = streamed ? text.trimEnd().endsWith('data: [DONE]') : text.includes('"finish_reason":"stop"');
  if (failed === whole) tally.wrong.push(`neither complete nor failed: ${text.slice(-200)}`);
  else if (failed) tally.broken += 1;
  else tally.answered += 1;
}
