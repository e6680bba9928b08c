import type { Setting } from './simulation.ts';

/** Mean tokens of quota that a request of the workload uses, after settlement. */
export const TOKENS_PER_REQUEST = 8_600;
const TOKENS_PER_MINUTE = 1_000_000;

/** Returns an hour of requests that need the share `load` of the quota. 1 is the whole quota. */
export function hourAt(load: number, tokensPerMinute = TOKENS_PER_MINUTE): Setting {
  return {
    seed: 1,
    minutes: 60,
    requestsPerMinute: (load * tokensPerMinute) / TOKENS_PER_REQUEST,
    refill: 'continuous',
    tokensPerMinute,
  };
}

export interface Contender {
  name: string;
  with: Partial<Setting>;
}

/** Defaults of `@aws-sdk` (2026-11): three attempts with delays of at most 20 seconds. */
export const SDK: Contender = {
  name: 'an AWS SDK: 3 attempts',
  with: { retries: { maxRetries: 2, maxDelayMs: 20_000 } },
};
export const RETRIES: Contender = { name: 'Outcrop, retries alone', with: {} };
export const BUCKETS: Contender = {
  name: 'Outcrop, quota known',
  with: { configuredTokensPerMinute: TOKENS_PER_MINUTE },
};
const IMPATIENT: Contender = {
  name: 'the same, maxWaitMs 10000',
  with: { configuredTokensPerMinute: TOKENS_PER_MINUTE, maxWaitMs: 10_000 },
};

export const CONTENDERS: readonly Contender[] = [SDK, RETRIES, BUCKETS, IMPATIENT];
export const LOADS: readonly number[] = [0.8, 1, 1.2, 2];

/** Quota of which one large request reserves more than a third. */
export const SMALL_QUOTA = 100_000;
export const SMALL: readonly Contender[] = [
  RETRIES,
  { name: 'quota known, maxWaitMs 10000', with: { configuredTokensPerMinute: SMALL_QUOTA, maxWaitMs: 10_000 } },
  { name: 'quota known, maxWaitMs 30000', with: { configuredTokensPerMinute: SMALL_QUOTA } },
  { name: 'quota known, maxWaitMs 60000', with: { configuredTokensPerMinute: SMALL_QUOTA, maxWaitMs: 60_000 } },
];

/** Configurations that differ from the quota of AWS. */
export const MISTAKES: readonly Contender[] = [
  { name: 'the same quota', with: { configuredTokensPerMinute: TOKENS_PER_MINUTE } },
  { name: 'AWS grants 20 % less than configured', with: { configuredTokensPerMinute: 1.25 * TOKENS_PER_MINUTE } },
  { name: 'AWS grants half of what is configured', with: { configuredTokensPerMinute: 2 * TOKENS_PER_MINUTE } },
  { name: 'AWS grants 25 % more than configured', with: { configuredTokensPerMinute: 0.8 * TOKENS_PER_MINUTE } },
  {
    name: 'AWS counts over the last 60 seconds',
    with: { configuredTokensPerMinute: TOKENS_PER_MINUTE, refill: 'sliding-window' },
  },
  { name: '… and Outcrop, retries alone', with: { refill: 'sliding-window' } },
];
