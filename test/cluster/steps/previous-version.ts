import { lostRequests } from '../load-report.ts';
import { previousVersion } from '../previous-version.ts';
import type { Step } from '../step.ts';
import { THINKING_KEY } from '../gateway-release.ts';

/** Installs the previous version with its own handbook and image, upgrades to this one, and rolls back. */
export const step: Step = {
  shows: 'an upgrade from the previous version of chart and image, and the rollback to it, lose no request',
  impossible: ({ cluster }) =>
    cluster.loadImage ? undefined : 'the image of the previous version is not in the registry',
  async run({ cluster, release, underLoad, previous }) {
    const version = previousVersion(previous);
    await cluster.loadImage?.(version.archive);
    await release.uninstall();
    await release.createSecrets(THINKING_KEY);
    const flags = ['--wait', '--timeout', '10m'];
    // Former versions of the chart allow only port 53 by default, which is not the port of the DNS pods in every cluster.
    const changes = { image: { tag: 'previous' }, networkPolicy: { egress: { dns: { ports: [53, 1053, 5353] } } } };
    const installed = await release.attemptChart(version.chart, version.values, changes, flags);
    if (installed.status !== 0) return { violations: [`version ${version.commit}: ${installed.stderr.slice(-400)}`] };
    const load = await underLoad(async () => {
      await release.apply({}, ...flags);
      await release.settled();
      await release.rollback('--timeout', '10m');
      await release.settled();
    });
    return { load, violations: lostRequests(load), figures: `from ${version.commit}` };
  },
};
