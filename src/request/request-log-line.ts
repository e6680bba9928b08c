import type { Usage } from '../usage/usage.ts';

/** One finished request as it is logged and counted. Names and numbers, never content, never a query string. */
export interface RequestLogLine {
  requestId: string;
  /** Only where requests are traced. */
  traceId?: string;
  /** Name of the API key. */
  key?: string;
  method: string;
  /** The route, or the path where there is none. */
  path: string;
  status: number;
  /** The client's, by `server.trustProxy`; absent for work that no request waits for. */
  address?: string;
  model?: string;
  /** Name that the client asked for, where another model answers in its place. */
  requestedModel?: string;
  target?: string;
  /** Targets that failed before it, with the code of the failure. */
  targetFailovers?: readonly string[];
  /** Models that failed before the one that answers, with the code of the failure. */
  modelFallbacks?: readonly string[];
  stream?: boolean;
  durationMs: number;
  firstEventMs?: number;
  /** Of a streamed answer: its longest silence after the first event. */
  maxGapMs?: number;
  /** Of a streamed answer: its time after the first event, for each token of output but one. */
  msPerOutputToken?: number;
  usage?: Usage;
  /** The part of `usage`, and of the cost, that is an estimate: the stream ended before Bedrock had counted. */
  estimatedUsage?: Usage;
  /** At list prices. */
  costUsd?: number;
  /** Upstream calls of a request that makes more than one, without retries. */
  upstreamCalls?: number;
  retries?: number;
  /** Targets at which the answer broke off before another target continued it, with the code of the failure. */
  streamContinuations?: readonly string[];
  cache?: 'hit' | 'miss';
  adjusted?: readonly string[];
  /** CPU time that the schema worker spent on it. */
  schemaCpuMs?: number;
  errorCode?: string | null;
  upstreamRequestId?: string;
  /** The client hung up before it had everything. */
  clientDisconnected?: true;
}
