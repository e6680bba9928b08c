import type { LoggedRequest } from '../support/gateway-process.ts';
import { ESTIMATED, logLineText, MORE_ESTIMATED } from './rules.ts';

/** Scrapes count as requests. */
const ROUTE = 'route="/v1/chat/completions"';

type Metrics = ReadonlyMap<string, number>;

/** Returns the increase of all series of a counter with these labels between two readings. */
function gained(before: Metrics, after: Metrics, name: string, ...labels: string[]): number {
  let sum = 0;
  for (const [series, value] of after) {
    if (series.startsWith(`${name}{`) && labels.every((label) => series.includes(label)))
      sum += value - (before.get(series) ?? 0);
  }
  return sum;
}

/** Returns how a request was metered: its access log line, and whether the counters agree. */
export function metered(line: LoggedRequest | undefined, before: Metrics, after: Metrics): string {
  if (line === undefined) return 'not logged';
  const { status, errorCode, retries = 0, usage, estimatedUsage, clientDisconnected, targetFailovers = [] } = line;
  const [counted, estimated] = [sumOf(usage), sumOf(estimatedUsage)];
  const logged = logLineText(status, errorCode, retries, tokenText(usage, estimatedUsage));
  const pairs: [what: string, logged: number, gained: number][] = [
    ['outcrop_requests_total', 1, gained(before, after, 'outcrop_requests_total', ROUTE, `status="${status}"`)],
    ['outcrop_retries_total', retries, gained(before, after, 'outcrop_retries_total')],
    ['outcrop_target_failovers_total', targetFailovers.length, gained(before, after, 'outcrop_target_failovers_total')],
    ['outcrop_tokens_total', counted, gained(before, after, 'outcrop_tokens_total')],
    ['outcrop_estimated_tokens_total', estimated, gained(before, after, 'outcrop_estimated_tokens_total')],
  ];
  const wrong = pairs.filter(([, logged, counted]) => logged !== counted);
  return [
    logged,
    ...targetFailovers.map(
      (label, index) => `failover from target ${index + 1} after ${label.slice(label.lastIndexOf('=') + 1)}`,
    ),
    ...(clientDisconnected ? ['aborted'] : []),
    ...wrong.map(([what, logged, counted]) => `${what} increased by ${counted}, not by ${logged}`),
  ].join(', ');
}

type Tokens = LoggedRequest['usage'];

function sumOf(tokens: Tokens): number {
  return (tokens?.input ?? 0) + (tokens?.output ?? 0);
}

function tokenText(tokens: Tokens, estimated: Tokens): string {
  if (tokens === undefined || sumOf(tokens) === 0) return 'no tokens';
  if (sumOf(estimated) === sumOf(tokens)) return ESTIMATED;
  const [input, output] = [tokens.input - (estimated?.input ?? 0), tokens.output - (estimated?.output ?? 0)];
  return `${input} + ${output} tokens${estimated === undefined ? '' : MORE_ESTIMATED}`;
}
