import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

/** Upgrades to an image that does not exist. */
export const step: Step = {
  shows: 'an upgrade to a missing image fails with `--atomic`, and the former pods lose no request',
  async run({ release, underLoad }) {
    await release.baseline();
    let status = 0;
    const load = await underLoad(async () => {
      ({ status } = await release.attempt({ image: { tag: 'missing' } }, '--atomic', '--timeout', '30s'));
      await release.settled();
    });
    const violations = status === 0 ? ['the upgrade succeeded'] : [];
    return { load, violations: [...lostRequests(load), ...violations] };
  },
};
