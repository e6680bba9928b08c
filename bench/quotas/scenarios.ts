import type { Setting } from './simulation.ts';

/** Tokens that a request of the workload takes from the quota on average, after it has been settled. */
export const TOKENS_PER_REQUEST = 8_600;
const TOKENS_PER_MINUTE = 1_000_000;

/** An hour in which requests come for so much of the quota: 1 is all of it. */
export function hourAt(load: number, tokensPerMinute = TOKENS_PER_MINUTE): Setting {
  return {
    seed: 1,
    minutes: 60,
    requestsPerMinute: (load * tokensPerMinute) / TOKENS_PER_REQUEST,
    law: 'refilled drop by drop',
    tokensPerMinute,
  };
}

export interface Contender {
  name: string;
  with: Partial<Setting>;
}

/** `@aws-sdk` of 2026-11: three attempts, at most 20 seconds apart. */
export const SDK: Contender = {
  name: 'an AWS SDK: 3 attempts',
  with: { retries: { maxRetries: 2, maxDelayMs: 20_000 } },
};
export const RETRIES: Contender = { name: 'Outcrop, retries alone', with: {} };
export const BUCKETS: Contender = { name: 'Outcrop, quota known', with: { believed: TOKENS_PER_MINUTE } };
const IMPATIENT: Contender = {
  name: 'the same, maxWaitMs 10000',
  with: { believed: TOKENS_PER_MINUTE, maxWaitMs: 10_000 },
};

export const CONTENDERS: readonly Contender[] = [SDK, RETRIES, BUCKETS, IMPATIENT];
export const LOADS: readonly number[] = [0.8, 1, 1.2, 2];

/** Of this, one large request reserves more than a third. */
export const SMALL_QUOTA = 100_000;
export const SMALL: readonly Contender[] = [
  RETRIES,
  { name: 'quota known, maxWaitMs 10000', with: { believed: SMALL_QUOTA, maxWaitMs: 10_000 } },
  { name: 'quota known, maxWaitMs 30000', with: { believed: SMALL_QUOTA } },
  { name: 'quota known, maxWaitMs 60000', with: { believed: SMALL_QUOTA, maxWaitMs: 60_000 } },
];

/** What becomes of it when the gateway is wrong about AWS. */
export const MISTAKES: readonly Contender[] = [
  { name: 'nothing wrong', with: { believed: TOKENS_PER_MINUTE } },
  { name: 'AWS grants 20 % less than configured', with: { believed: 1.25 * TOKENS_PER_MINUTE } },
  { name: 'AWS grants half of what is configured', with: { believed: 2 * TOKENS_PER_MINUTE } },
  { name: 'AWS grants 25 % more than configured', with: { believed: 0.8 * TOKENS_PER_MINUTE } },
  {
    name: 'AWS counts over the last 60 seconds',
    with: { believed: TOKENS_PER_MINUTE, law: 'over the last 60 seconds' },
  },
  { name: '… and Outcrop only retries', with: { law: 'over the last 60 seconds' } },
];
