import type { Principal } from './http/auth.ts';
import type { Exchange } from './http/exchange.ts';

export interface RecordedRequest {
  operation: string;
  modelId: string;
  headers: Record<string, string>;
  /** The assumed role that signed the request. */
  principal?: Principal;
  /** Parsed JSON body; undefined if it is not JSON, or if it is large and no longer kept. */
  body: unknown;
  /** Time of arrival, in milliseconds since the epoch. */
  at: number;
  /** Time at which the client closed the connection before the answer was complete. */
  abortedAt?: number;
  /** Time at which the answer was complete. */
  finishedAt?: number;
  httpVersion: string;
}

export interface EmulatorStats {
  requests: number;
  byOperation: Record<string, number>;
  byStatus: Record<string, number>;
  /** Requests without a complete answer. */
  openRequests: number;
  openStreams: number;
  mostOpenStreams: number;
  clientAborts: number;
  /** Counts by model id, as sent. */
  byModel: Record<string, { requests: number; clientAborts: number }>;
  /** Times of the latest client aborts, in milliseconds since the epoch. */
  clientAbortTimes: number[];
}

const MAX_REQUESTS = 1000;
const LARGE_BODY_BYTES = 64 * 1024;
/** Number of latest requests whose large bodies are kept. */
const MAX_LARGE_BODIES = 20;
const MAX_ABORT_TIMES = 100;
/** Bounds the memory, because clients can send any model id. */
const MAX_MODELS = 200;

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

/** Records requests and their outcomes, in bounded memory. */
export class Journal {
  readonly requests: RecordedRequest[] = [];
  #stats = emptyStats();
  #large: RecordedRequest[] = [];
  /** Number of resets. A request that began before a reset does not count when it ends. */
  #resets = 0;

  stats(): EmulatorStats {
    return structuredClone(this.#stats);
  }

  clear(): void {
    const { openRequests, openStreams } = this.#stats;
    this.#resets += 1;
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
    if (this.requests.length > MAX_REQUESTS) this.requests.shift();
    this.#stats.requests += 1;
    this.#stats.openRequests += 1;
    count(this.#stats.byOperation, operation);
    this.#countModel(modelId);
    const streams = operation.endsWith('stream');
    if (streams) {
      this.#stats.openStreams += 1;
      this.#stats.mostOpenStreams = Math.max(this.#stats.mostOpenStreams, this.#stats.openStreams);
    }
    const resets = this.#resets;
    exchange.onClose(() => this.#close(exchange, record, streams, resets));
    return record;
  }

  keepBody(record: RecordedRequest, bytes: Buffer): void {
    try {
      record.body = JSON.parse(bytes.toString('utf8'));
    } catch {
      record.body = undefined;
    }
    if (bytes.length <= LARGE_BODY_BYTES) return;
    this.#large.push(record);
    const oldest = this.#large.length > MAX_LARGE_BODIES ? this.#large.shift() : undefined;
    if (oldest !== undefined) oldest.body = undefined;
  }

  #countModel(modelId: string): void {
    const { byModel } = this.#stats;
    const known = byModel[modelId];
    if (known) known.requests += 1;
    else if (Object.keys(byModel).length < MAX_MODELS) byModel[modelId] = { requests: 1, clientAborts: 0 };
  }

  #close(exchange: Exchange, record: RecordedRequest, streams: boolean, resets: number): void {
    const stats = this.#stats;
    stats.openRequests -= 1;
    if (streams) stats.openStreams -= 1;
    if (exchange.finished) record.finishedAt = Date.now();
    if (resets === this.#resets && exchange.status !== 0) count(stats.byStatus, String(exchange.status));
    if (resets !== this.#resets || !exchange.abortedByClient) return;
    record.abortedAt = Date.now();
    stats.clientAborts += 1;
    const ofModel = stats.byModel[record.modelId];
    if (ofModel) ofModel.clientAborts += 1;
    stats.clientAbortTimes.push(record.abortedAt);
    if (stats.clientAbortTimes.length > MAX_ABORT_TIMES) stats.clientAbortTimes.shift();
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
