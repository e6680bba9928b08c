import type { AttackTarget } from './attack.ts';

export interface Sent {
  /** 0 without a response. */
  status: number;
  text: string;
}

interface Sending {
  key: string;
  /** Body, sent as JSON by POST; without it the request is a GET. */
  body?: object;
  /** Aborts the request. */
  timeoutMs?: number;
}

/** Sends one request and resolves with its answer. Never rejects. */
export async function send({ origin }: AttackTarget, path: string, { key, body, timeoutMs }: Sending): Promise<Sent> {
  try {
    const response = await fetch(origin + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

/** Sends `count` requests, `atATime` concurrently. Resolves with the answers in order. */
export async function sendAll(
  count: number,
  atATime: number,
  sendOne: (index: number) => Promise<Sent>,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      sent[index] = await sendOne(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, atATime) }, lane));
  return sent;
}
