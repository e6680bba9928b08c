import type { AwsRequest } from './aws.ts';
import { exponential, spread } from './random.ts';

/** Request with its time of arrival and the duration of its answer, in milliseconds. */
export interface Job extends AwsRequest {
  at: number;
  durationMs: number;
  /** Prompt tokens as the gateway estimates them, from bytes. */
  estimate: number;
}

/**
 * Kinds of requests, by share. Sizes are medians in tokens. `cached` is the share of the prompt read from the cache.
 */
const KINDS = [
  { share: 0.6, input: 1_500, cached: 0, maxTokens: 4_096, output: 350 },
  { share: 0.3, input: 30_000, cached: 0.85, maxTokens: 16_000, output: 700 },
  { share: 0.1, input: 6_000, cached: 0, maxTokens: 32_000, output: 4_000 },
] as const;
const TOKENS_PER_SECOND = 70;
const FIRST_TOKEN_MS = 900;

export interface Load {
  seed: number;
  minutes: number;
  requestsPerMinute: number;
}

export function jobsOf({ minutes, requestsPerMinute }: Load, random: () => number): Job[] {
  const jobs: Job[] = [];
  const pause = 60_000 / requestsPerMinute;
  for (let at = exponential(pause, random); at < minutes * 60_000; at += exponential(pause, random)) {
    jobs.push({ at, ...requestOf(random) });
  }
  return jobs;
}

function requestOf(random: () => number): Omit<Job, 'at'> {
  let draw = random();
  const kind = KINDS.find(({ share }) => (draw -= share) < 0) ?? KINDS[0];
  const input = spread(kind.input, 0.5, random);
  const output = Math.min(kind.maxTokens, spread(kind.output, 0.7, random));
  return {
    input,
    cacheRead: Math.round(input * kind.cached),
    maxTokens: kind.maxTokens,
    output,
    durationMs: FIRST_TOKEN_MS + (output / TOKENS_PER_SECOND) * 1_000,
    estimate: Math.round(input * (0.8 + 0.4 * random())),
  };
}
