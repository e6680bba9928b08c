import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { WRONG_CONFIG } from './wrong-live-configuration.ts';

/** Upgrades to a configuration with which no pod starts. */
export const step: Step = {
  shows: 'an upgrade with a wrong configuration fails with `--atomic`, and the former pods lose no request',
  short: true,
  async run({ release, underLoad }) {
    await release.baseline();
    let status = 0;
    const load = await underLoad(async () => {
      const changes = { configChanges: 'restart', config: WRONG_CONFIG };
      ({ status } = await release.attempt(changes, '--atomic', '--timeout', '30s'));
      await release.settled();
    });
    const violations = status === 0 ? ['the upgrade succeeded'] : [];
    return { load, violations: [...lostRequests(load), ...violations] };
  },
};
