import type { Exchange } from './http/exchange.ts';

export interface RecordedRequest {
  operation: string;
  modelId: string;
  headers: Record<string, string>;
  /** The JSON that came, as far as it could be read. */
  body: unknown;
  at: number;
  /** When the client left before the answer was complete. */
  abortedAt?: number;
  /** When the answer was complete. */
  finishedAt?: number;
  httpVersion: string;
}

export interface EmulatorStats {
  requests: number;
  byOperation: Record<string, number>;
  byStatus: Record<string, number>;
  /** Model requests that are not answered yet. */
  openRequests: number;
  openStreams: number;
  mostOpenStreams: number;
  clientAborts: number;
  /** By the model's id as it was sent. */
  byModel: Record<string, { requests: number; clientAborts: number }>;
  /** Times of the latest client aborts, in ms. */
  clientAbortTimes: number[];
}

const MOST_REQUESTS = 1000;
const LARGE_BODY = 64 * 1024;
/** Large bodies are kept for so many requests only. */
const MOST_LARGE_BODIES = 20;
const MOST_ABORT_TIMES = 100;
/** Clients may make ids up. */
const MOST_MODELS = 200;

function emptyStats(): EmulatorStats {
  return {
    requests: 0,
    byOperation: {},
    byStatus: {},
    openRequests: 0,
    openStreams: 0,
    mostOpenStreams: 0,
    clientAborts: 0,
    byModel: {},
    clientAbortTimes: [],
  };
}

/** What came in and how it went, in bounded memory. */
export class Journal {
  readonly requests: RecordedRequest[] = [];
  #stats = emptyStats();
  #large: RecordedRequest[] = [];
  /** Requests from before a reset no longer count when they end. */
  #era = 0;

  stats(): EmulatorStats {
    return structuredClone(this.#stats);
  }

  clear(): void {
    const { openRequests, openStreams } = this.#stats;
    this.#era += 1;
    this.requests.length = 0;
    this.#large = [];
    this.#stats = { ...emptyStats(), openRequests, openStreams, mostOpenStreams: openStreams };
  }

  open(exchange: Exchange, operation: string, modelId: string): RecordedRequest {
    const record: RecordedRequest = {
      operation,
      modelId,
      headers: exchange.headers,
      body: undefined,
      at: Date.now(),
      httpVersion: exchange.httpVersion,
    };
    this.requests.push(record);
    if (this.requests.length > MOST_REQUESTS) this.requests.shift();
    this.#stats.requests += 1;
    this.#stats.openRequests += 1;
    count(this.#stats.byOperation, operation);
    this.#countModel(modelId);
    const streams = operation.endsWith('stream');
    if (streams) {
      this.#stats.openStreams += 1;
      this.#stats.mostOpenStreams = Math.max(this.#stats.mostOpenStreams, this.#stats.openStreams);
    }
    const era = this.#era;
    exchange.onClose(() => this.#close(exchange, record, streams, era));
    return record;
  }

  keepBody(record: RecordedRequest, bytes: Buffer): void {
    try {
      record.body = JSON.parse(bytes.toString('utf8'));
    } catch {
      record.body = undefined;
    }
    if (bytes.length <= LARGE_BODY) return;
    this.#large.push(record);
    const oldest = this.#large.length > MOST_LARGE_BODIES ? this.#large.shift() : undefined;
    if (oldest !== undefined) oldest.body = undefined;
  }

  #countModel(modelId: string): void {
    const { byModel } = this.#stats;
    const known = byModel[modelId];
    if (known) known.requests += 1;
    else if (Object.keys(byModel).length < MOST_MODELS) byModel[modelId] = { requests: 1, clientAborts: 0 };
  }

  #close(exchange: Exchange, record: RecordedRequest, streams: boolean, era: number): void {
    const stats = this.#stats;
    stats.openRequests -= 1;
    if (streams) stats.openStreams -= 1;
    if (exchange.finished) record.finishedAt = Date.now();
    if (era === this.#era && exchange.status !== 0) count(stats.byStatus, String(exchange.status));
    if (era !== this.#era || !exchange.abortedByClient) return;
    record.abortedAt = Date.now();
    stats.clientAborts += 1;
    const ofModel = stats.byModel[record.modelId];
    if (ofModel) ofModel.clientAborts += 1;
    stats.clientAbortTimes.push(record.abortedAt);
    if (stats.clientAbortTimes.length > MOST_ABORT_TIMES) stats.clientAbortTimes.shift();
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
