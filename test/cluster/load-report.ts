/** Result of `client-load.mts`. */
export interface LoadReport {
  seconds: number;
  /** Requests by outcome, on kept connections and on new ones. A complete answer is `200`. */
  plain: Record<string, number>;
  /** Streams by outcome. A complete one is `whole`. */
  streams: Record<string, number>;
  /** Requests and streams without a complete answer. */
  lost: number;
  /** Requests and streams that got a complete error, such as a 429 or 503. */
  rejected: number;
  /** The first failures, each with its time. */
  failures: string[];
  /** Duration of plain requests, in milliseconds. */
  plainMs: Percentiles;
  /** Time to the first event of streams, in milliseconds. */
  firstEventMs: Percentiles;
}

export interface Percentiles {
  p50: number;
  p99: number;
  max: number;
}

/** Clients of a load. Each sends its next request shortly after the answer to the last one. */
export interface LoadOptions {
  /** Clients that keep their connections. */
  kept?: number;
  /** Clients that open a connection for each request. */
  fresh?: number;
  /** Clients that read streams. Half of them keep their connections. */
  streams?: number;
  /** Keys and tokens beside the key of the configuration, which the clients use in turn. */
  otherKeys?: readonly string[];
  /** Size of the conversation in each request, in KiB. */
  kilobytes?: number;
  /** Images of 3 MB in each request. */
  images?: number;
}

/** Returns the expectations of a rolling event that did not hold: every request gets a complete answer. */
export function lostRequests({ plain, streams, lost, rejected, failures }: LoadReport): string[] {
  const violations: string[] = [];
  if (lost + rejected > 0) {
    violations.push(`${lost} requests lost, ${rejected} rejected: ${failures.slice(0, 5).join('; ')}`);
  }
  if ((plain['200'] ?? 0) === 0 && (streams['whole'] ?? 0) === 0) violations.push('no request was answered');
  return violations;
}
