import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

export const step: Step = {
  shows: '`kubectl rollout restart` loses no request',
  async run({ release, underLoad }) {
    await release.baseline();
    const load = await underLoad(async () => {
      await release.kubectl('rollout', 'restart', `deployment/${release.name}`);
      await release.settled();
    });
    return { load, violations: lostRequests(load) };
  },
};
