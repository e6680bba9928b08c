import type { ErrorSource } from '../errors/codes/error-code-row.ts';
import type { PriceSource } from '../usage/prices/price-book.ts';
import type { Usage } from '../usage/usage.ts';

/** The log line of a finished request, which the metrics use, too. Contains no content and no query string. */
export interface RequestLogLine {
  requestId: string;
  /** Absent if requests are not traced. */
  traceId?: string;
  /** Name of the API key, or id of the principal of a token. */
  key?: string;
  /** Name of the team of the caller. */
  team?: string;
  method: string;
  /** The route pattern, or the path if no route matches. */
  path: string;
  status: number;
  /** Address of the client by `server.trustProxy`. Absent for work without a request. */
  address?: string;
  model?: string;
  /** Name that the client asked for, where another model answers in its place. */
  requestedModel?: string;
  /** `deprecated`, if the catalog of the company deprecates `model`. */
  modelState?: 'deprecated';
  target?: string;
  /** Targets that failed before `target`, each as `target=code`. */
  targetFailovers?: readonly string[];
  /** Models that failed before `model`, each as `model=code`. */
  modelFallbacks?: readonly string[];
  stream?: boolean;
  durationMs: number;
  firstEventMs?: number;
  /** Part of `firstEventMs` that neither the upload of the client nor an open call of Bedrock took. */
  addedMs?: number;
  /** Main cause of `addedMs`: the source of a wait. Absent: the gateway itself. */
  addedBy?: ErrorSource;
  /** Longest silence of a streamed answer after its first event. */
  maxGapMs?: number;
  /** Time of a streamed answer after its first event, for each output token except one. */
  msPerOutputToken?: number;
  usage?: Usage;
  /** The estimated part of `usage`: the counts of Bedrock did not arrive. */
  estimatedUsage?: Usage;
  /** USD at list prices. Includes the estimated cost of models without a price. */
  costUsd?: number;
  /** USD with contract prices where they apply. Absent if none applies. */
  contractCostUsd?: number;
  /** The part of `costUsd` whose price is estimated. */
  unknownPriceCostUsd?: number;
  /** Origin of the prices. Absent: the list. */
  priceSource?: Exclude<PriceSource, 'list'>;
  /** Upstream calls of a request that makes more than one, without retries. */
  upstreamCalls?: number;
  retries?: number;
  /** Targets at which the answer broke off before another target continued it, with the code of the failure. */
  streamContinuations?: readonly string[];
  cache?: 'hit' | 'miss';
  adjusted?: readonly string[];
  /** CPU time of the schema worker. */
  schemaCpuMs?: number;
  errorCode?: string | null;
  /** Source of the failure in the register of error codes. */
  errorSource?: ErrorSource;
  /** Status of a failure after the response had begun; `status` is that of the response. */
  errorStatus?: number;
  upstreamRequestId?: string;
  /** True if the client disconnected before the end of the response. */
  clientDisconnected?: true;
}
