import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

/** Replaces all pods by an upgrade to another image. */
export const step: Step = {
  shows: 'an upgrade to another image loses no request',
  short: true,
  async run({ release, underLoad }) {
    await release.baseline();
    const load = await underLoad(async () => {
      await release.apply({ image: { tag: 'next' } }, '--wait', '--timeout', '10m');
      await release.settled();
    });
    return { load, violations: lostRequests(load) };
  },
};
