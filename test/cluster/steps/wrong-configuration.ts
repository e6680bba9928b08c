import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { until } from '../until.ts';
import { WRONG_CONFIG } from './wrong-live-configuration.ts';

/** Upgrades to a configuration with which no pod starts. */
export const step: Step = {
  shows:
    'an upgrade with a wrong configuration fails with `--atomic`, `kubectl describe` shows the problem in one line, and the former pods lose no request',
  short: true,
  async run({ release, underLoad }) {
    await release.baseline();
    let status = 0;
    let message = '';
    const load = await underLoad(async () => {
      const changes = { configChanges: 'restart', config: WRONG_CONFIG };
      [{ status }, message] = await Promise.all([
        release.attempt(changes, '--atomic', '--timeout', '30s'),
        until(() => release.configCheckMessage(), 60, 'message of the init container'),
      ]);
      await release.settled();
    });
    const violations = status === 0 ? ['the upgrade succeeded'] : [];
    if (!/^[^\n]*redis\.url[^\n]*missing[^\n]*$/.test(message)) violations.push(`kubectl describe shows: ${message}`);
    return { load, violations: [...lostRequests(load), ...violations] };
  },
};
