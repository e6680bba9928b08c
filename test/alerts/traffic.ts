import { setTimeout as sleep } from 'node:timers/promises';
import { KEY } from './alert-case.ts';

const MODEL = 'claude-haiku-4-5';

export interface TrafficOptions {
  /** Milliseconds between two requests of a client. */
  everyMs?: number;
  clients?: number;
  /** Fields of the request besides model and messages. */
  body?: () => object;
}

/** Sends requests until the returned function is called. Failed requests are expected. */
export function startTraffic(origin: string, { everyMs = 100, clients = 1, body = () => ({}) }: TrafficOptions = {}) {
  const stopped = new AbortController();
  const client = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await chat(origin, body(), stopped.signal).catch(() => undefined);
      await sleep(everyMs);
    }
  };
  for (let index = 0; index < clients; index++) void client();
  return () => stopped.abort();
}

/** Sends one chat request and reads its response to the end. */
export async function chat(origin: string, more: object, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }], ...more }),
    signal,
  });
  await response.text();
  return response;
}
