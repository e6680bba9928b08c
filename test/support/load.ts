import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { REPLICA_KEY } from './replica.ts';

const PAUSE_MS = 40;

/**
 * The number of requests by outcome: `200`, another status with the error's code, or the code of a connection error.
 */
export type Outcomes = Map<string, number>;

/**
 * Clients that send requests in a loop through a TLS proxy. Every request uses a new connection, because nginx before
 * 1.27.4 closes idle client connections on a reload, which is not under test.
 */
export class Load {
  readonly plain: Outcomes = new Map();
  readonly streams: Outcomes = new Map();
  private readonly port: number;
  private stopped = false;
  private readonly clients: Promise<void>[] = [];

  constructor(port: number) {
    this.port = port;
  }

  /**
   * Starts `plain` clients that request plain answers of `models.plain`, and `streams` clients that stream from
   * `models.stream`.
   */
  start(clients: { plain: number; streams: number }, models: { plain: string; stream: string }): void {
    for (let index = 0; index < clients.plain; index++) {
      this.clients.push(this.client(this.plain, () => ask(this.port, { model: models.plain })));
    }
    for (let index = 0; index < clients.streams; index++) {
      this.clients.push(this.client(this.streams, () => ask(this.port, { model: models.stream, stream: true })));
    }
  }

  /** Resolves when the last requests have been answered. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
  }

  private async client(outcomes: Outcomes, once: () => Promise<string>): Promise<void> {
    while (!this.stopped) {
      const outcome = await once();
      add(outcomes, outcome);
      await sleep(PAUSE_MS);
    }
  }
}

export function add(outcomes: Outcomes, outcome: string): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

/**
 * Sends one request and reads its response to the end. The outcome of a plain request or an error is its status. The
 * outcome of a stream is `whole` (it ended with `[DONE]`), `error frame`,
 * `broken` (the connection broke, which every client detects) or `cut short` (looks complete to a client).
 * `onHead` is called when the response begins.
 */
export function ask(port: number, body: { model: string; stream?: boolean }, onHead?: () => void): Promise<string> {
  return new Promise((resolve) => {
    const clientRequest = request(
      {
        host: '127.0.0.1',
        port,
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { authorization: `Bearer ${REPLICA_KEY}`, 'content-type': 'application/json' },
        agent: false,
        rejectUnauthorized: false,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.once('data', () => onHead?.());
        answer.on('data', (data: string) => (text += data));
        answer.on('end', () => resolve(outcomeOf(answer.statusCode ?? 0, text, body.stream ?? false)));
        answer.on('error', () => resolve('broken'));
      },
    );
    clientRequest.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    clientRequest.end(JSON.stringify({ ...body, messages: [{ role: 'user', content: 'Hello' }] }));
  });
}

function outcomeOf(status: number, text: string, stream: boolean): string {
  if (status !== 200) return `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 200)}`;
  if (!stream) return '200';
  if (text.trimEnd().endsWith('data: [DONE]')) return 'whole';
  return /^data: \{"error"/m.test(text) ? 'error frame' : 'cut short';
}
