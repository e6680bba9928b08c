import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

export const step: Step = {
  shows: '`helm rollback` to the former image loses no request',
  async run({ release, underLoad }) {
    await release.baseline();
    await release.apply({ image: { tag: 'next' } }, '--wait', '--timeout', '10m');
    await release.settled();
    const load = await underLoad(async () => {
      await release.rollback('--timeout', '10m');
      await release.settled();
    });
    return { load, violations: lostRequests(load) };
  },
};
