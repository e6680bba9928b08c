import type { Dispatcher } from 'undici';
import { readCompletion, readStream } from './answer.ts';

/** One request, the same each time, and what has to come back. */
export interface Order {
  origin: string;
  headers: Record<string, string>;
  body: Buffer;
  streams: boolean;
  /** Undefined where the upstream's words are not known: any text will do. */
  expectedText?: string;
  timeoutMs: number;
}

/** Times in milliseconds from the request's start. */
export interface Outcome {
  problem?: string;
  latencyMs: number;
  firstTokenMs?: number;
  deltas: number;
}

/** The first delta that says something; the one before it has the role and an empty text. */
const FIRST_TOKEN = /"content":"[^"]/;

/** Sends the order and checks the whole answer. Never rejects: what went wrong is the outcome's problem. */
export function send(pool: Dispatcher, order: Order): Promise<Outcome> {
  return new Promise((resolve) => {
    pool.dispatch(
      {
        origin: order.origin,
        path: '/v1/chat/completions',
        method: 'POST',
        headers: order.headers,
        body: order.body,
        headersTimeout: order.timeoutMs,
        bodyTimeout: order.timeoutMs,
      },
      new Exchange(order, resolve),
    );
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  private readonly order: Order;
  private readonly settle: (outcome: Outcome) => void;
  private readonly decoder = new TextDecoder();
  private readonly startedAt = performance.now();
  private status = 0;
  private body = '';
  private firstTokenMs?: number;

  constructor(order: Order, settle: (outcome: Outcome) => void) {
    this.order = order;
    this.settle = settle;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const text = this.decoder.decode(chunk, { stream: true });
    this.body += text;
    if (this.order.streams && this.firstTokenMs === undefined && FIRST_TOKEN.test(text)) {
      this.firstTokenMs = performance.now() - this.startedAt;
    }
  }

  onResponseEnd(): void {
    const latencyMs = performance.now() - this.startedAt;
    if (this.status !== 200) return this.fail(`HTTP ${this.status}: ${this.body.slice(0, 200)}`);
    const { text, deltas, problem } = this.order.streams ? readStream(this.body) : readCompletion(this.body);
    const wrong = text === '' || (this.order.expectedText ?? text) !== text;
    this.settle({
      problem: problem ?? (wrong ? `wrong text: ${text.slice(-200)}` : undefined),
      latencyMs,
      firstTokenMs: this.firstTokenMs,
      deltas,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(`${error.name}: ${error.message}`);
  }

  private fail(problem: string): void {
    this.settle({ problem, latencyMs: performance.now() - this.startedAt, deltas: 0 });
  }
}
