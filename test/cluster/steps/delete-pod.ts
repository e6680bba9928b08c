import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

export const step: Step = {
  shows: 'a deleted pod finishes its requests, and loses none',
  short: true,
  async run({ release, underLoad }) {
    await release.baseline();
    const load = await underLoad(async () => {
      await release.kubectl('delete', 'pod', (await release.pods())[0]!.name, '--wait');
      await release.settled();
    });
    return { load, violations: lostRequests(load) };
  },
};
