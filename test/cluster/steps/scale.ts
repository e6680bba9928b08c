import { lostRequests } from '../load-report.ts';
import { REPLICAS } from '../release-values.ts';
import type { Step } from '../step.ts';

export const step: Step = {
  shows: 'scaling from three pods to one and back loses no request',
  async run({ release, underLoad }) {
    await release.baseline();
    release.changed();
    const scale = async (replicas: number): Promise<void> => {
      await release.kubectl('scale', `deployment/${release.name}`, '--replicas', String(replicas));
      await release.settled();
    };
    const load = await underLoad(async () => {
      await scale(1);
      await scale(REPLICAS);
    });
    return { load, violations: lostRequests(load) };
  },
};
