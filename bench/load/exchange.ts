import type { Dispatcher } from 'undici';
import { readCompletion, readStream } from './answer.ts';

/** Request that is sent repeatedly, and the expected answer. */
export interface Order {
  origin: string;
  headers: Record<string, string>;
  body: Buffer;
  streams: boolean;
  /** Expected text. Undefined if the upstream's text is unknown; then any text is accepted. */
  expectedText?: string;
  timeoutMs: number;
}

/** Result of a request. Times are in milliseconds from its start. */
export interface Outcome {
  problem?: string;
  latencyMs: number;
  firstTokenMs?: number;
  deltas: number;
}

/** Matches the first delta with text. The delta before it has the role and an empty text. */
const FIRST_TOKEN = /"content":"[^"]/;

/** Sends the request and checks the whole answer. Never rejects; `problem` of the outcome describes a failure. */
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
