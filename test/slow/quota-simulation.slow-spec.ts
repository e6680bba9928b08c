import { Logger } from '@nestjs/common';
import { BUCKETS, hourAt, RETRIES, SDK } from '../../bench/quotas/scenarios.ts';
import { type Outcome, simulate } from '../../bench/quotas/simulation.ts';

/** `npm run bench:quotas` prints all of it; here are the rows that must stay true. */
describe('an hour at the quota of Bedrock, simulated', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['warn', 'error']));

  it.each([1, 1.2])(
    'gets more out of it with buckets than by retries, at %d of it, and is hardly throttled',
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

  it('costs nothing while there is room', async () => {
    const [retries, buckets] = await Promise.all(
      [RETRIES, BUCKETS].map((contender) => simulate({ ...hourAt(0.6), ...contender.with })),
    );
    expect(buckets).toEqual(retries);
  });

  it('survives that AWS grants half of what is configured', async () => {
    const wrong = await simulate({ ...hourAt(1), configuredTokensPerMinute: 2_000_000 });
    const blind = await simulate({ ...hourAt(1), ...RETRIES.with });
    expect(wrong.goodput).toBeGreaterThanOrEqual(blind.goodput);
    expect(wrong.throttles).toBeLessThan(blind.throttles);
  });

  it('is the same whenever it is asked', async () => {
    const setting = { ...hourAt(1.2), ...BUCKETS.with, minutes: 10 };
    expect(await simulate(setting)).toEqual(await simulate(setting));
    expect(await simulate({ ...setting, seed: 2 })).not.toEqual(await simulate(setting));
  });
});
