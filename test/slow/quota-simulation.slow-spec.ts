import { Logger } from '@nestjs/common';
import { BUCKETS, hourAt, RETRIES, SDK } from '../../bench/quotas/scenarios.ts';
import { type Outcome, simulate } from '../../bench/quotas/simulation.ts';

/** The rows of `npm run bench:quotas` that must stay true. */
describe('one simulated hour at the quota of Bedrock', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['warn', 'error']));

  it.each([1, 1.2])(
    'completes more requests with buckets than with retries, at %d of the quota, and is rarely throttled',
    async (load) => {
      const [sdk, retries, buckets] = (await Promise.all(
        [SDK, RETRIES, BUCKETS].map((contender) => simulate({ ...hourAt(load), ...contender.with })),
      )) as [Outcome, Outcome, Outcome];
      expect(buckets.goodput).toBeGreaterThan(retries.goodput);
      expect(buckets.goodput).toBeGreaterThan(sdk.goodput);
      expect(retries.throttles).toBeGreaterThan(400);
      expect(sdk.throttles).toBeGreaterThan(200);
      expect(buckets.throttles).toBeLessThan(10);
      expect(buckets.attempts - buckets.answered).toBeLessThan(10);
    },
  );

  it('costs nothing while quota remains', async () => {
    const [retries, buckets] = await Promise.all(
      [RETRIES, BUCKETS].map((contender) => simulate({ ...hourAt(0.6), ...contender.with })),
    );
    expect(buckets).toEqual(retries);
  });

  it('works if AWS grants half of the configured quota', async () => {
    const wrong = await simulate({ ...hourAt(1), configuredTokensPerMinute: 2_000_000 });
    const blind = await simulate({ ...hourAt(1), ...RETRIES.with });
    expect(wrong.goodput).toBeGreaterThanOrEqual(blind.goodput);
    expect(wrong.throttles).toBeLessThan(blind.throttles);
  });

  it('is deterministic', async () => {
    const setting = { ...hourAt(1.2), ...BUCKETS.with, minutes: 10 };
    expect(await simulate(setting)).toEqual(await simulate(setting));
    expect(await simulate({ ...setting, seed: 2 })).not.toEqual(await simulate(setting));
  });
});
